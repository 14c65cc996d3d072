import type { Outage } from './outages.js';
import type { UnexpectedExit } from '../world/supervised-process.js';

/** The exit code of a process that cannot start. Its supervisor tries again. */
const START_REFUSED = 1;

export interface ClassifiedExits {
  /** Starts that failed because a store was away. */
  readonly startsRefused: number;
  /** All other exits that nobody ordered. */
  readonly crashes: readonly UnexpectedExit[];
}

/** A supervisor hides crashes, but they are violations. Only a start without a store is none. */
export function classifyExits(
  ends: readonly UnexpectedExit[],
  outages: readonly Outage[],
): ClassifiedExits {
  const crashes = ends.filter((end) => !isRefusedStart(end, outages));
  return { startsRefused: ends.length - crashes.length, crashes };
}

const isRefusedStart = (
  { code, served, from, until }: UnexpectedExit,
  outages: readonly Outage[],
) =>
  code === START_REFUSED &&
  !served &&
  outages.some(
    (outage) =>
      (outage.of === 'postgres' || outage.of === 'redis') &&
      outage.from <= until &&
      outage.until >= from,
  );
