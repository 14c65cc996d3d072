import { coveredKinds } from './verdict/fault-coverage.js';
import type { RoundResult } from './round.js';
import { peakLimit, type Speed } from './verdict/speed.js';

/** One line of the final table, and the fault kinds that the round covered. */
export interface RoundLine extends Cells {
  /** The required kinds of faults that struck. */
  readonly met: readonly string[];
}

interface Cells {
  readonly seed: number;
  readonly queue: string;
  readonly seconds: number;
  readonly faults: number;
  /** Faults that were planned and not injected, because the broadcast was over. */
  readonly late: number;
  /** Faults that were injected and found no occasion. */
  readonly idle: number;
  readonly cuts: number;
  /** Planned cuts of connections that did not happen. */
  readonly cutsLeft: number;
  readonly startsRefused: number;
  readonly crashes: number;
  /** The busiest second and the allowed rate, for the account that came closest to its limit. */
  readonly peak: string;
  readonly sends: number;
  readonly unknown: number;
  readonly reviewed: number;
  readonly stillReviewing: number;
  readonly noReceipt: number;
  readonly lostReceipts: number;
  readonly skippedForgotten: number;
  readonly seenTwice: number;
  readonly violations: number;
}

export function lineOf(result: RoundResult): RoundLine {
  const { plan, seconds, injected, startsRefused, crashes, verdicts, violations } = result;
  const sum = (of: (verdict: RoundResult['verdicts'][number]) => number): number =>
    verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const cuts = injected.flatMap(({ fault, strikes }) =>
    fault.kind === 'connections-cut' ? [{ times: fault.times, strikes }] : [],
  );
  return {
    seed: plan.seed,
    queue: plan.queue,
    seconds: Math.round(seconds),
    faults: injected.length,
    late: plan.steps.length - injected.length,
    idle: injected.filter(({ strikes }) => strikes === 0).length,
    cuts: cuts.reduce((total, { strikes }) => total + strikes, 0),
    cutsLeft: cuts.reduce((total, { times, strikes }) => total + times - strikes, 0),
    startsRefused,
    crashes,
    peak: peakOf(verdicts.map(({ speed }) => speed)),
    sends: sum(({ sends }) => sends),
    unknown: sum(({ unknown }) => unknown),
    reviewed: sum(({ reviewed }) => reviewed),
    stillReviewing: sum(({ stillReviewing }) => stillReviewing),
    noReceipt: sum(({ receiptsUndelivered }) => receiptsUndelivered),
    lostReceipts: sum(({ receiptsLost }) => receiptsLost),
    skippedForgotten: sum((verdict) => verdict.skippedForgotten),
    seenTwice: sum(({ sawTwice }) => sawTwice),
    violations: violations.length,
    met: coveredKinds(plan.queue, injected),
  };
}

function peakOf(speeds: readonly Speed[]): string {
  const [first] = speeds.toSorted((a, b) => b.peak / peakLimit(b) - a.peak / peakLimit(a));
  return first ? `${first.peak} of ${first.rate}` : '';
}

const HEADINGS: Readonly<Record<keyof Cells, string>> = {
  seed: 'seed',
  queue: 'queue',
  seconds: 'seconds',
  faults: 'faults',
  late: 'late',
  idle: 'idle',
  cuts: 'cuts',
  cutsLeft: 'cuts left',
  startsRefused: 'starts refused',
  crashes: 'crashes',
  peak: 'peak/s',
  sends: 'sends',
  unknown: 'unknown',
  reviewed: 'reviewed',
  stillReviewing: '… still',
  noReceipt: 'accepted: no receipt',
  lostReceipts: 'accepted: receipt lost',
  skippedForgotten: 'skipped: forgotten',
  seenTwice: 'seen twice',
  violations: 'violations',
};

/** Prints all rounds and their sum. */
export function table(lines: readonly RoundLine[]): string {
  const keys = Object.keys(HEADINGS) as (keyof Cells)[];
  const total = keys.map((key) => {
    if (key === 'seed') return `${lines.length} rounds`;
    const numbers = lines.map((line) => line[key]).filter((cell) => typeof cell === 'number');
    return numbers.length === 0 ? '' : String(numbers.reduce((sum, cell) => sum + cell, 0));
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
