// The service has a validator of the same rules. This one is a second implementation on purpose:
// a simulator that shared the first would agree with its mistakes.

/** A value is missing, or breaks the type of its field. */
export type ValueFault = 'empty' | 'invalid';

type ValueCheck = (value: string, approved: readonly string[] | undefined) => boolean;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const HAN = /\p{Script=Han}/u;

const MONTH_DAY = String.raw`\d{1,2}(?:月\d{1,2}日|-\d{1,2})`;
const DATE = String.raw`(?:\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d{1,2}(?:-\d{1,2})?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|${MONTH_DAY})`;
/** A day ends at 24:00. No later time is valid. */
const TIME = String.raw`(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|24:00(?::00)?)`;
const MOMENT = String.raw`(?:${DATE}\s*)?${TIME}`;
const DAY = String.raw`${DATE}(?:\s*${TIME})?`;
const TIME_OR_RANGE = new RegExp(`^${MOMENT}(?:\\s*~\\s*${MOMENT})?$`);
const DATE_OR_RANGE = new RegExp(`^${DAY}(?:\\s*~\\s*(?:${DAY}|${TIME}))?$`);

/** The checks by the name of a field without its digits. Other names are not checked. */
const CHECKS: Readonly<Record<string, ValueCheck>> = {
  thing: (value) => isWithin(value, 20),
  character_string: (value) => isWithin(value, 32) && !HAN.test(value),
  time: (value) => TIME_OR_RANGE.test(value),
  date: (value) => DATE_OR_RANGE.test(value),
  amount: (value) => /^\p{Sc}?\d{1,10}(?:\.\d+)?元?$/u.test(value),
  phone_number: (value) => isWithin(value, 17) && /^[\d\p{P}\p{S} ]+$/u.test(value),
  car_number: (value) =>
    isWithin(value, 8) &&
    /^[\p{Script=Han}A-Z0-9](?:[A-Z0-9·-]*[\p{Script=Han}A-Z0-9])?$/iu.test(value),
  const: (value, approved) => isWithin(value, 20) && (approved?.includes(value) ?? true),
  enum: (value, approved) => approved?.includes(value) ?? true,
  enum_string: (value, approved) => approved?.includes(value) ?? true,
  number: (value) => isWithin(value, 32) && /^-?\d+(?:\.\d+)?$/.test(value),
  letter: (value) => /^[A-Za-z]{1,32}$/.test(value),
  symbol: (value) => isWithin(value, 5) && /^[\p{P}\p{S}]+$/u.test(value),
  name: (value) => isWithin(value, HAN.test(value) ? 10 : 20) && !/\d/.test(value),
  phrase: (value) => isWithin(value, 5) && /^\p{Script=Han}+$/u.test(value),
};

/** Checks one value against the type in the name of its field. */
export const faultOfValue = (
  field: string,
  value: string | undefined,
  approved?: readonly string[],
): ValueFault | undefined => {
  // `first`, `keyword1`, `remark` and free names are of legacy templates. They are not checked, nor is a bare `time`.
  const prefix = /^(.+?)\d+$/.exec(field)?.[1] ?? '';
  const check = Object.hasOwn(CHECKS, prefix) ? CHECKS[prefix] : undefined;
  if (!check) return undefined;
  if (value === undefined || value.trim() === '') return 'empty';
  return check(value, approved) ? undefined : 'invalid';
};

/** Counts code points. How WeChat counts emoji is not known. */
function isWithin(value: string, limit: number): boolean {
  if (CONTROL.test(value)) return false;
  return value.length <= limit || [...value].length <= limit;
}
