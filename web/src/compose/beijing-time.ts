import { at } from '../format/times';

/** The instant that a member of a draft names; undefined where it names none, as while a field is empty. */
export const instantIn = (member: unknown): string | undefined =>
  typeof member === 'string' && !Number.isNaN(Date.parse(member)) ? member : undefined;

/** As a field for day and time shows it: `2026-12-01T10:00`, in Beijing; empty where there is no instant. */
export const toField = (instant: string | undefined): string =>
  instant === undefined ? '' : at(instant, 'full').slice(0, 16).replace(' ', 'T');

/** What a field for day and time holds, as an instant; a text that is none stays what it is. */
export const fromField = (text: string): string =>
  // Beijing has had no summer time since 1991.
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? `${text.slice(0, 16)}:00+08:00` : text;

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
