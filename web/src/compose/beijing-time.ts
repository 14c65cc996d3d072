import { at } from '../format/times';

/** As a field for day and time shows it: `2026-12-01T10:00`, in Beijing. */
export const toField = (instant: string | null): string =>
  instant === null ? '' : at(instant, 'full').slice(0, 16).replace(' ', 'T');

/** Beijing has had no summer time since 1991. */
export const fromField = (text: string): string | null =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? `${text.slice(0, 16)}:00+08:00` : null;

/** People work in the morning: the next one, which is nobody's night. */
export function nextMorning(now = new Date()): string {
  const today = at(now, 'full').slice(0, 10);
  const nine = new Date(`${today}T09:00:00+08:00`);
  if (nine.getTime() - now.getTime() < 10 * 60_000) nine.setUTCDate(nine.getUTCDate() + 1);
  return nine.toISOString();
}

export const isAtNight = (instant: string): boolean => {
  const hour = Number(at(instant, 'full').slice(11, 13));
  return hour >= 22 || hour < 8;
};
