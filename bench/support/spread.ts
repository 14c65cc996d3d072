/** The median and both ends of a measurement over several rounds. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
}

export function spreadOf(values: readonly number[], digits = 1): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rounded = (value: number): number => Number(value.toFixed(digits));
  return {
    median: rounded(medianOf(sorted)),
    least: rounded(sorted[0] ?? NaN),
    most: rounded(sorted.at(-1) ?? NaN),
    rounds: sorted.length,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export const percentileOf = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? NaN;

export const isSpread = (value: unknown): value is Spread =>
  typeof value === 'object' && value !== null && 'median' in value && 'rounds' in value;
