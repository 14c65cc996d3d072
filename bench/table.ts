import type { Figures } from './bench.js';
import type { Verdict } from './goals.js';
import { isSpread, type Spread } from './support/spread.js';

/** Prints one line for each figure: the median, and both ends. */
export function table(bench: string, figures: Figures): string {
  const lines = flatten(figures).map(
    ([name, figure]) => [name, shown(figure), spreadShown(figure)] as const,
  );
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    bench,
    ...lines.map(([name, value, spread]) =>
      `  ${name.padEnd(width)}  ${value.padStart(12)}  ${spread}`.trimEnd(),
    ),
  ].join('\n');
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(
      ({ key, wants, value, isMet }) =>
        `  ${key.padEnd(32)} ${shown(value).padStart(12)}   wanted ${wants.padEnd(8)} ${isMet ? 'met' : 'MISSED'}`,
    )
    .join('\n');
}

function flatten(figures: Figures): [string, number | Spread][] {
  return Object.entries(figures).flatMap(([name, figure]) =>
    typeof figure === 'object' && !isSpread(figure)
      ? flatten(figure).map(([inner, value]): [string, number | Spread] => [
          `${name} · ${inner}`,
          value,
        ])
      : [[name, figure]],
  );
}

const shown = (figure: number | Spread): string =>
  (isSpread(figure) ? figure.median : figure).toLocaleString('en-US', { maximumFractionDigits: 3 });

const spreadShown = (figure: number | Spread): string =>
  isSpread(figure) && figure.rounds > 1
    ? `${shown(figure.least)} … ${shown(figure.most)} in ${figure.rounds} rounds`
    : '';
