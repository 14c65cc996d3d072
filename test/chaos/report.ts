import type { RoundResult } from './round.js';

/** One line of the table at the end. */
export interface Line {
  readonly seed: number;
  readonly queue: string;
  readonly seconds: number;
  readonly faults: number;
  readonly sends: number;
  readonly unknown: number;
  readonly noReceipt: number;
  readonly lostReceipts: number;
  readonly skippedForgotten: number;
  readonly seenTwice: number;
  readonly violations: number;
}

export function lineOf({ plan, seconds, injected, verdicts, violations }: RoundResult): Line {
  const sum = (of: (verdict: RoundResult['verdicts'][number]) => number): number =>
    verdicts.reduce((total, verdict) => total + of(verdict), 0);
  return {
    seed: plan.seed,
    queue: plan.queue,
    seconds: Math.round(seconds),
    faults: injected.length,
    sends: sum(({ sends }) => sends),
    unknown: sum(({ unknown }) => unknown),
    noReceipt: sum(({ receiptsUndelivered }) => receiptsUndelivered),
    lostReceipts: sum(({ receiptsLost }) => receiptsLost),
    skippedForgotten: sum((verdict) => verdict.skippedForgotten),
    seenTwice: sum(({ sawTwice }) => sawTwice),
    violations: violations.length,
  };
}

const HEADINGS: Readonly<Record<keyof Line, string>> = {
  seed: 'seed',
  queue: 'queue',
  seconds: 'seconds',
  faults: 'faults',
  sends: 'sends',
  unknown: 'unknown',
  noReceipt: 'accepted: no receipt',
  lostReceipts: 'accepted: receipt lost',
  skippedForgotten: 'skipped: forgotten',
  seenTwice: 'seen twice',
  violations: 'violations',
};

/** All rounds, and their sum. */
export function table(lines: readonly Line[]): string {
  const keys = Object.keys(HEADINGS) as (keyof Line)[];
  const total = keys.map((key) => {
    if (key === 'seed') return `${lines.length} rounds`;
    if (key === 'queue') return '';
    return String(lines.reduce((sum, line) => sum + line[key], 0));
  });
  const rows = [
    keys.map((key) => HEADINGS[key]),
    ...lines.map((line) => keys.map((key) => String(line[key]))),
    total,
  ];
  const widths = keys.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, n) => cell.padStart(widths[n] ?? 0)).join('  '))
    .join('\n');
}
