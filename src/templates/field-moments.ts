const POINT =
  /^(?<date>\d{4}年\d{1,2}月\d{1,2}日|\d{4}([-/.])\d{1,2}\2\d{1,2})?(?<gap> *)(?<time>\d{1,2}:\d{2}(?::\d{2})?)?$/;

interface Point {
  readonly date: boolean;
  readonly time: boolean;
}

/** `15:01`, `15:01:20`, either after a date; or two of these joined by `~`. */
export function isTime(value: string): boolean {
  const points = pointsOf(value);
  return points !== undefined && points.every(({ time }) => time);
}

/** `2026年10月1日` or with `-`, `/`, `.`, a time may follow; or two joined by `~`, the second a time of the same day. */
export function isDate(value: string): boolean {
  const points = pointsOf(value);
  if (points === undefined) return false;
  const [from, to] = points;
  return from?.date === true && (to === undefined || to.date || from.time);
}

function pointsOf(value: string): Point[] | undefined {
  const parts = value.split('~');
  if (parts.length > 2) return undefined;
  const points = parts.map((part) => pointOf(part.trim()));
  return points.every((point) => point !== undefined) ? points : undefined;
}

function pointOf(text: string): Point | undefined {
  const { date, gap, time } = POINT.exec(text)?.groups ?? {};
  if (date === undefined && time === undefined) return undefined;
  if (date !== undefined && time !== undefined && gap === '' && !date.endsWith('日')) {
    return undefined;
  }
  if (date !== undefined && !isOnCalendar(date)) return undefined;
  if (time !== undefined && !isOnClock(time)) return undefined;
  return { date: date !== undefined, time: time !== undefined };
}

function isOnCalendar(date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.match(/\d+/g)?.map(Number) ?? [];
  const instant = new Date(Date.UTC(year, month - 1, day));
  return (
    instant.getUTCFullYear() === year &&
    instant.getUTCMonth() === month - 1 &&
    instant.getUTCDate() === day
  );
}

function isOnClock(time: string): boolean {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours < 24 && minutes < 60 && seconds < 60;
}
