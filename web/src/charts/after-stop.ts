const STOPPED: ReadonlySet<string> = new Set(['stopped', 'cancelled']);

/**
 * A tally of a broadcast in this state. Nobody else is sent to from the moment in which it is stopped, and their rows say
 * so a little later: figures that are final at once, and not those of the rows that have been written so far.
 */
export function afterStop<T extends { readonly pending: number; readonly skipped: number }>(
  tally: T,
  state: string,
): T {
  if (!STOPPED.has(state) || tally.pending === 0) return tally;
  return { ...tally, pending: 0, skipped: tally.skipped + tally.pending };
}

/** Whether all people of an audience are known: read to its end, still being read, or never any further. */
type Whole = 'counted' | 'counting' | 'partly' | 'nobody';

/** A stop ends the reading too: what was not read by then is counted by nobody. */
export function wholeOf(
  { expanded, shown }: { readonly expanded: boolean; readonly shown: { readonly state: string } },
  total: number,
): Whole {
  if (expanded) return 'counted';
  if (!STOPPED.has(shown.state)) return 'counting';
  return total > 0 ? 'partly' : 'nobody';
}

interface Skips {
  readonly reason: string;
  readonly count: number;
}

/** The reasons to the same figure: whom a stop has left out counts as such, whether it is written down or not. */
export function skipsAfterStop(skips: readonly Skips[], more: number): readonly Skips[] {
  if (more === 0) return skips;
  const known = skips.find(({ reason }) => reason === 'cancelled');
  const others = skips.filter((each) => each !== known);
  return [...others, { reason: 'cancelled', count: (known?.count ?? 0) + more }];
}
