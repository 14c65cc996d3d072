/** How a cell's number is shown: as a day, a time, both, or a number of some form. */
export interface NumberFormat {
  readonly year: boolean;
  readonly day: boolean;
  readonly time: boolean;
  readonly seconds: boolean;
  /** Around the number, such as ¥. */
  readonly before: string;
  readonly after: string;
  readonly decimals: number | undefined;
  readonly percent: boolean;
  readonly thousands: boolean;
  /** Leading zeros up to so many digits. */
  readonly digits: number;
}

const GENERAL: NumberFormat = {
  year: false,
  day: false,
  time: false,
  seconds: false,
  before: '',
  after: '',
  decimals: undefined,
  percent: false,
  thousands: false,
  digits: 0,
};
const DAY = { ...GENERAL, year: true, day: true };
const TIME = { ...GENERAL, time: true };
const SECONDS = { ...TIME, seconds: true };
const number = (decimals: number, more: Partial<NumberFormat> = {}) => ({
  ...GENERAL,
  decimals,
  ...more,
});

const between = (from: number, to: number, format: NumberFormat): [number, NumberFormat][] =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, format]);

/** By the ids that have no code in the file; 27 and more as a Chinese Excel has them. */
const BUILT_IN: ReadonlyMap<number, NumberFormat> = new Map([
  [1, number(0)],
  [2, number(2)],
  [3, number(0, { thousands: true })],
  [4, number(2, { thousands: true })],
  [9, number(0, { percent: true })],
  [10, number(2, { percent: true })],
  ...between(14, 17, DAY),
  [18, TIME],
  [19, SECONDS],
  [20, TIME],
  [21, SECONDS],
  [22, { ...DAY, time: true }],
  [27, { ...DAY, day: false }],
  ...between(28, 31, DAY),
  [32, TIME],
  [33, SECONDS],
  [34, TIME],
  [35, SECONDS],
  [36, { ...DAY, day: false }],
  [45, SECONDS],
  [46, SECONDS],
  [47, SECONDS],
  [50, { ...DAY, day: false }],
  ...between(51, 54, DAY),
  [55, TIME],
  [56, SECONDS],
  [57, { ...DAY, day: false }],
  [58, DAY],
]);

const SHAPE = /^([^0#%]*)((?:#|,)*0+)(\.0+)?(%?)([^0#%]*)$/;

export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return BUILT_IN.get(id) ?? GENERAL;
  // Of positive numbers; quoted texts, escapes, colours, zones and currencies are no part of what decides.
  const [first = ''] = code.split(';');
  const bare = first.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]/gi, '');
  if (!/general|@/i.test(bare) && /[ymdhs]/i.test(bare)) {
    const seconds = /s/i.test(bare);
    return {
      ...GENERAL,
      year: /y/i.test(bare) || (/m/i.test(bare) && /d/i.test(bare)),
      day: /d/i.test(bare),
      time: /h/i.test(bare) || seconds,
      seconds,
    };
  }
  const shown = first
    .replaceAll(/\[\$([^\]-]*)[^\]]*\]/g, '$1')
    .replaceAll(/\[[^\]]*\]|_.|\*./g, '')
    .replaceAll(/"([^"]*)"|\\(.)/g, '$1$2');
  const [, before = '', whole = '', decimals = '', percent = '', after = ''] =
    SHAPE.exec(shown) ?? [];
  if (whole === '') return GENERAL;
  const zeros = whole.replaceAll(/[^0]/g, '').length;
  return {
    ...GENERAL,
    before: before.trim(),
    after: after.trim(),
    decimals: Math.max(decimals.length - 1, 0),
    percent: percent === '%',
    thousands: whole.includes(','),
    digits: zeros > 1 ? zeros : 0,
  };
}

export const isDate = ({ year, day, time }: NumberFormat): boolean => year || day || time;
