/**
 * What WeChat's page allows: dates with 年月日 or `-` `/` `.`, also without day or without year; a time of day by
 * itself or after a date; two of these joined by `~`. It does not say whether it looks at a calendar, nor much about
 * white space: such values may fit.
 */
export type Likeness = 'fits' | 'may-fit' | 'no';

type Part = 'none' | Exclude<Likeness, 'no'>;
interface Point {
  readonly date: Part;
  readonly time: Part;
  /** Whether a space or 日 stands between date and time. */
  readonly tidy: boolean;
}

/** A date of any form, and then a time of day. */
const POINT =
  /^(?<date>\d{1,4}[年月\-/.]\d{1,2}(?:[月日\-/.]\d{1,2})?[月日]?)?(?<gap>\s*)(?<time>\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?$/u;
const DATES = [
  /^(?<year>\d{4})年(?<month>\d{1,2})月(?:(?<day>\d{1,2})日)?$/,
  /^(?<month>\d{1,2})月(?<day>\d{1,2})日$/,
  /^(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})$/,
  /^(?<year>\d{4})-(?<month>\d{1,2})$/,
  /^(?<month>\d{1,2})-(?<day>\d{1,2})$/,
];

/** `15:01`, `15:01:20`, either after a date; or two of these joined by `~`. */
export function likeTime(value: string): Likeness {
  const points = pointsOf(value);
  if (points === undefined) return 'no';
  const known = isTrimmed(value) && points.every(isKnown);
  return known && points.every(({ time }) => time === 'fits') ? 'fits' : 'may-fit';
}

/** A date, a time may follow; or two joined by `~`, the second perhaps a time of the same day. */
export function likeDate(value: string): Likeness {
  const points = pointsOf(value);
  const [from, to] = points ?? [];
  if (points === undefined || from === undefined || from.date === 'none') return 'no';
  const spans = to === undefined || to.date === 'fits' || from.time === 'fits';
  const known = isTrimmed(value) && points.every(isKnown);
  return known && from.date === 'fits' && spans ? 'fits' : 'may-fit';
}

const isTrimmed = (value: string): boolean => value === value.trim();

const isKnown = ({ date, time, tidy }: Point): boolean =>
  date !== 'may-fit' && time !== 'may-fit' && tidy;

/** Undefined where a part can be read neither as a date nor as a time. */
function pointsOf(value: string): Point[] | undefined {
  const parts = value.split('~');
  if (parts.length > 2) return undefined;
  const points = parts.map((part) => pointOf(part.trim()));
  return points.every((point) => point !== undefined) ? points : undefined;
}

function pointOf(text: string): Point | undefined {
  const { date, gap = '', time } = POINT.exec(text)?.groups ?? {};
  if (date === undefined && time === undefined) return undefined;
  const clock = time === undefined ? 'none' : likeClock(time);
  if (clock === 'no') return undefined;
  const apart = /^ +$/.test(gap) || (gap === '' && (date ?? '').endsWith('日'));
  return {
    date: date === undefined ? 'none' : isOnCalendar(date) ? 'fits' : 'may-fit',
    time: clock,
    tidy: date === undefined || time === undefined || apart,
  };
}

/** The date has a form that WeChat names, and the day exists; without a year, 29 February does. */
function isOnCalendar(date: string): boolean {
  const found = DATES.map((form) => form.exec(date)?.groups).find((groups) => groups !== undefined);
  if (found === undefined) return false;
  const year = Number(found['year'] ?? 2000);
  const month = Number(found['month']);
  const day = Number(found['day'] ?? 1);
  const instant = new Date(Date.UTC(year, month - 1, day));
  return instant.getUTCMonth() === month - 1 && instant.getUTCDate() === day;
}

/** WeChat does not say whether 24:00 may be the end of a day. */
function likeClock(time: string): Likeness {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(/[:：]/).map(Number);
  if (minutes > 59 || seconds > 59) return 'no';
  if (hours > 23) return hours === 24 && minutes === 0 && seconds === 0 ? 'may-fit' : 'no';
  return time.includes('：') ? 'may-fit' : 'fits';
}
