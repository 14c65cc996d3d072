import type { RecordFault } from '../raw-record.js';
import { isDate, type NumberFormat } from './number-format.js';

/** The text of a cell, or why it has none that can be used. */
export type CellText = string | { readonly text: string; readonly fault: RecordFault };

const DAY_MS = 86_400_000;
/** Serial 0 of Excel's calendar, which has a 29 February 1900. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** Excel keeps fifteen digits. */
const DIGITS = 15;

/** A number as its format shows it; `at` is its address, for who must mend it. */
export function numberText(
  raw: string,
  format: NumberFormat,
  at: string,
  from1904 = false,
): CellText {
  const value = Number(raw);
  if (!Number.isFinite(value) || raw.trim() === '') return lost(raw, at);
  if (isDate(format)) return dateText(value, format, from1904) ?? raw;
  if (Number.isInteger(value) && Math.abs(value) >= 10 ** DIGITS) return lost(raw, at);
  return format.decimals === undefined ? general(value) : formatted(value, format);
}

const lost = (value: string, at: string): CellText => ({
  text: value,
  fault: { code: 'number_lost_digits', params: { value: value.slice(0, 100), at } },
});

/** 0.1 + 0.2 is 0.3, and 13800138000 is no 1.38E10. */
function general(value: number): string {
  const text = String(Number(value.toPrecision(DIGITS)));
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

function formatted(value: number, format: NumberFormat): string {
  const { decimals = 0, percent, thousands, digits, before, after } = format;
  const scaled = Number(Math.abs(percent ? value * 100 : value).toPrecision(DIGITS));
  const [whole = '', fraction] = scaled.toFixed(decimals).split('.');
  const padded = whole.padStart(digits, '0');
  const grouped = thousands ? padded.replaceAll(/\B(?=(\d{3})+$)/g, ',') : padded;
  const sign = value < 0 ? '-' : '';
  return `${sign}${before}${grouped}${fraction === undefined ? '' : `.${fraction}`}${percent ? '%' : ''}${after}`;
}

/** A serial has no zone: it is what a clock on the wall shows. */
function dateText(serial: number, format: NumberFormat, from1904: boolean): string | undefined {
  const seconds = Math.round(serial * 86_400);
  if (serial < 0 || serial > 2_958_466) return undefined;
  return momentText(new Date((from1904 ? EPOCH_1904 : EPOCH_1900) + seconds * 1_000), format);
}

/** `2026-11-30T19:30:00`, as some programs write days. */
export function isoText(iso: string, format: NumberFormat): string {
  const moment = new Date(
    /[zZ]|[+-]\d\d:\d\d$/.test(iso) ? iso : `${iso}${iso.includes('T') ? 'Z' : ''}`,
  );
  if (Number.isNaN(moment.getTime())) return iso;
  const shown = isDate(format)
    ? format
    : { ...format, year: true, day: true, time: hasTime(moment) };
  return momentText(moment, shown);
}

const hasTime = (moment: Date): boolean => moment.getTime() % DAY_MS !== 0;

function momentText(moment: Date, { year, day, time, seconds }: NumberFormat): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const month = `${moment.getUTCMonth() + 1}月`;
  const date = `${year ? `${moment.getUTCFullYear()}年` : ''}${month}${day ? `${moment.getUTCDate()}日` : ''}`;
  const clock =
    `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}` +
    (seconds && moment.getUTCSeconds() > 0 ? `:${two(moment.getUTCSeconds())}` : '');
  return [...(year || day ? [date] : []), ...(time ? [clock] : [])].join(' ');
}
