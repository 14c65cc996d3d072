import type { Outage } from './outages.js';
import type { OwnEnd } from './supervised-process.js';

/** What a process says by its exit code that cannot start; its supervisor tries again. */
const START_REFUSED = 1;

export interface JudgedEnds {
  /** Starts that were given up because a store was away. */
  readonly startsRefused: number;
  /** Every other end that nobody ordered. */
  readonly crashes: readonly OwnEnd[];
}

/** A supervisor hides crashes; they are violations all the same, but for starts without a store. */
export function judgeEnds(ends: readonly OwnEnd[], outages: readonly Outage[]): JudgedEnds {
  const crashes = ends.filter((end) => !isRefusedStart(end, outages));
  return { startsRefused: ends.length - crashes.length, crashes };
}

const isRefusedStart = ({ code, served, from, until }: OwnEnd, outages: readonly Outage[]) =>
  code === START_REFUSED &&
  !served &&
  outages.some(
    (outage) =>
      (outage.of === 'postgres' || outage.of === 'redis') &&
      outage.from <= until &&
      outage.until >= from,
  );
