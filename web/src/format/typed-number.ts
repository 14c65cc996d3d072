import { typedCount } from './count-text';

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** What stands in a field for a number: null where it is empty, else the number, or what is wrong with it. */
export type TypedNumber =
  | { readonly value: number | null; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: 'notCount' | 'tooSmall' | 'tooLarge' };

/** Nothing that somebody typed is taken for an empty field: `30天` is no number, and not without end. */
export function typedNumber(text: string, { least, most }: Bounds): TypedNumber {
  if (text.trim() === '') return { value: null };
  const value = typedCount(text);
  if (value === undefined) return { fault: isNegative(text) ? 'tooSmall' : faultOfDigits(text) };
  if (value < least) return { fault: 'tooSmall' };
  return value > most ? { fault: 'tooLarge' } : { value };
}

const isNegative = (text: string): boolean =>
  /^\s*[-\u2212]\s*\d+\s*$/.test(text.normalize('NFKC'));

/** Digits alone are no number only where there are too many. */
const faultOfDigits = (text: string): 'notCount' | 'tooLarge' =>
  /^[\d\s,，_]+$/.test(text.normalize('NFKC')) ? 'tooLarge' : 'notCount';
