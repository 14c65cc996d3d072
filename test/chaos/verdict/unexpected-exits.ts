import type { Outage } from './outages.js';
import type { UnexpectedExit } from '../world/supervised-process.js';

/** What a process says by its exit code that cannot start; its supervisor tries again. */
const START_REFUSED = 1;

export interface ClassifiedExits {
  /** Starts that were given up because a store was away. */
  readonly startsRefused: number;
  /** Every other end that nobody ordered. */
  readonly crashes: readonly UnexpectedExit[];
}

/** A supervisor hides crashes; they are violations all the same, but for starts without a store. */
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
