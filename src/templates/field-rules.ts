import { likeDate, likeTime } from './field-times.js';

/** What WeChat demands of the values of one type (wechat-protocol, value types by key prefix). */
export interface FieldRule {
  /** The most code points that any value may have; null where WeChat names no limit. */
  readonly limit: number | null;
  /** A tighter limit that depends on the value. */
  readonly limitOf?: (value: string) => number;
  /** The least length that WeChat might count, where it does not say how; left out: the visible characters. */
  readonly leastLength?: (value: string) => number;
  /** Whether a value of good length fits, by WeChat's words; left out, every text does. */
  readonly fits?: (value: string) => boolean;
  /**
   * Whether a value that does not fit might do so all the same, because WeChat's words leave it open. It passes with a
   * warning: a check that is too strict stops a whole broadcast, and one that is too lax costs one message.
   */
  readonly mayFit?: (value: string) => boolean;
  /** The code of the fault when a value does not fit. */
  readonly code: string;
  /** What a value must be. */
  readonly zh: string;
  readonly en: string;
}

const hasHan = (value: string): boolean => /\p{Script=Han}/u.test(value);
const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

/** Full-width digits, letters and signs become narrow ones, and white space is dropped. */
const narrow = (value: string): string => value.normalize('NFKC').replace(/\s/gu, '');
const matchesNarrowly =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(narrow(value));

const CHARACTERS = 'field_bad_characters';

/**
 * By prefix of the field's name. The values of an `enum` are in WeChat's list, beside the content; those of a `const`
 * only WeChat knows: it answers 47003 to others. The limit of `short_thing` is not published.
 */
const RULES = {
  thing: {
    limit: 20,
    code: CHARACTERS,
    zh: '20 个以内字符，可为汉字、数字、字母或符号',
    en: 'up to 20 characters: Han, digits, letters or symbols',
  },
  short_thing: {
    limit: null,
    code: CHARACTERS,
    zh: '汉字、数字、字母或符号',
    en: 'Han, digits, letters or symbols',
  },
  character_string: {
    limit: 32,
    fits: (value) => !hasHan(value),
    code: CHARACTERS,
    zh: '32 个以内数字、字母或符号，不可有汉字',
    en: 'up to 32 digits, letters or symbols, no Han',
  },
  time: {
    limit: null,
    fits: (value) => likeTime(value) === 'fits',
    mayFit: (value) => likeTime(value) === 'may-fit',
    code: 'field_bad_time',
    zh: '24 小时制时间，如 15:01 或 2026年10月1日 15:01，时间段用 ~ 连接',
    en: 'a 24-hour time such as 15:01 or 2026-10-01 15:01, a span joined by ~',
  },
  date: {
    limit: null,
    fits: (value) => likeDate(value) === 'fits',
    mayFit: (value) => likeDate(value) === 'may-fit',
    code: 'field_bad_date',
    zh: '日期，如 2026年10月1日、2026年10月、10月1日 或 2026-10-01 15:01，时间段用 ~ 连接',
    en: 'a date such as 2026年10月1日, 2026-10, 10-01 or 2026-10-01 15:01, a span joined by ~',
  },
  amount: {
    limit: null,
    fits: matches(/^\p{Sc}?\d{1,10}(?:\.\d+)?元?$/u),
    mayFit: matchesNarrowly(
      /^(?:[A-Za-z]{0,3}\p{Sc}|[A-Za-z]{1,3}|人民币)?\d{1,10}(?:\.\d+)?(?:\p{Sc}|[A-Za-z]{1,3}|\p{Script=Han}{0,2}元)?$/u,
    ),
    code: 'field_bad_amount',
    zh: '1 个币种符号加 10 位以内数字，可带小数，结尾可带“元”',
    en: 'one currency sign and up to 10 digits, decimals allowed, 元 may follow',
  },
  phone_number: {
    limit: 17,
    fits: matches(/^[\d\p{P}\p{S} ]+$/u),
    mayFit: matchesNarrowly(/^[\d\p{P}\p{S}\p{M}\p{Cf}]+$/u),
    code: CHARACTERS,
    zh: '17 位以内数字或符号',
    en: 'up to 17 digits or symbols',
  },
  car_number: {
    limit: 8,
    fits: matches(/^[\p{Script=Han}A-Za-z\d](?:[A-Za-z\d]*[\p{Script=Han}A-Za-z\d])?$/u),
    mayFit: matches(/^[\p{Script=Han}\p{L}\p{N}](?:[^\p{Script=Han}\p{Cc}]*[^\p{Cc}])?$/u),
    code: CHARACTERS,
    zh: '8 位以内，首位与末位可为汉字，其余为字母或数字',
    en: 'up to 8 letters or digits, of which the first and the last may be Han',
  },
  const: {
    limit: 20,
    code: CHARACTERS,
    zh: '20 个以内字符，且须为模板审核通过的值',
    en: 'up to 20 characters, one of the values approved for the template',
  },
  number: {
    limit: 32,
    fits: matches(/^\d+(?:\.\d+)?$/),
    leastLength: (value) => value.replace(/[^\p{Nd}]/gu, '').length,
    mayFit: matchesNarrowly(/^[-+\u2212]?(?:\d+\.?\d*|\.\d+)$/),
    code: CHARACTERS,
    zh: '32 位以内数字，可带小数',
    en: 'up to 32 digits, decimals allowed',
  },
  letter: {
    limit: 32,
    fits: matches(/^[A-Za-z]+$/),
    mayFit: (value) => /^[\p{L}\p{M}]+$/u.test(value) && !hasHan(value),
    code: CHARACTERS,
    zh: '32 个以内字母',
    en: 'up to 32 letters',
  },
  symbol: {
    limit: 5,
    fits: matches(/^[\p{P}\p{S}]+$/u),
    // Marks and joiners may follow an emoji.
    mayFit: matches(/^[\p{P}\p{S}][\p{P}\p{S}\p{M}\p{Cf}]*$/u),
    code: CHARACTERS,
    zh: '5 个以内符号',
    en: 'up to 5 symbols',
  },
  name: {
    limit: 20,
    limitOf: (value) => (hasHan(value) ? 10 : 20),
    fits: matches(/^[\p{L}\p{M}\p{P}\p{S} ]+$/u),
    mayFit: matches(/^[^\d\p{Cc}]+$/u),
    code: CHARACTERS,
    zh: '10 个以内汉字，或 20 个以内字母、符号；中英混合按汉字计',
    en: 'up to 10 Han, or up to 20 letters or symbols; a mixture counts as Han',
  },
  phrase: {
    limit: 5,
    fits: matches(/^\p{Script=Han}+$/u),
    code: CHARACTERS,
    zh: '5 个以内汉字',
    en: 'up to 5 Han and nothing else',
  },
  enum: {
    limit: null,
    code: CHARACTERS,
    zh: '模板允许的枚举值之一',
    en: 'one of the values that the template lists',
  },
  enum_string: {
    limit: null,
    code: CHARACTERS,
    zh: '模板允许的枚举值之一',
    en: 'one of the values that the template lists',
  },
  /** `keyword1` and free names of the closed legacy library: any text. */
  text: { limit: null, code: CHARACTERS, zh: '任意文字', en: 'any text' },
} as const satisfies Record<string, FieldRule>;

export type FieldType = keyof typeof RULES;

/** Whether WeChat takes a value: `may-fit` where its words leave that open. */
export type Fit = 'fits' | 'may-fit' | 'too-long' | 'no';

export function fitOf(type: FieldType, value: string): Fit {
  const rule = ruleOf(type);
  const limit = limitOf(rule, value) ?? Infinity;
  const length = codePoints(value);
  const isShort = length <= limit;
  if (!isShort && leastLength(rule, value, length, limit) > limit) return 'too-long';
  if (rule.fits === undefined || rule.fits(value)) return isShort ? 'fits' : 'may-fit';
  return rule.mayFit?.(value) ? 'may-fit' : 'no';
}

export const limitOf = (rule: FieldRule, value: string): number | null =>
  rule.limitOf?.(value) ?? rule.limit;

export const codePoints = (value: string): number => {
  let length = 0;
  for (const _ of value) length++;
  return length;
};

const SEGMENTER = new Intl.Segmenter('zh');
/** No emoji has more code points. */
const MAX_CODE_POINTS_OF_ONE = 12;

function leastLength(rule: FieldRule, value: string, length: number, limit: number): number {
  if (rule.leastLength) return rule.leastLength(value);
  if (length > limit * MAX_CODE_POINTS_OF_ONE) return length;
  return [...SEGMENTER.segment(value)].length;
}

export const ruleOf = (type: FieldType): FieldRule => RULES[type];

/** `thing12` is a thing. A bare `name` or `time` is a free name of an old template, and takes any text. */
export function typeOf(fieldName: string): FieldType {
  const prefix = /^([A-Za-z_]+?)\d+$/.exec(fieldName)?.[1];
  return prefix !== undefined && Object.hasOwn(RULES, prefix) ? (prefix as FieldType) : 'text';
}
