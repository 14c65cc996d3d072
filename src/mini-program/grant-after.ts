/** What is known of somebody's grant for a template. */
export interface KnownGrant {
  readonly count: number;
  /** Acceptances up to here were taken back, or used up. */
  readonly voidUntil: Date | null;
  /** Sends whose grant was not known yet, up to `owedAt`. */
  readonly owed: number;
  readonly owedAt: Date | null;
}

export interface GrantNews {
  /** Times of acceptances that were not known, each once. */
  readonly accepted: readonly Date[];
  readonly rejected: {
    readonly at: Date;
    /** How many acceptances there are after it, the new ones included. */
    readonly later: number;
  } | null;
}

/**
 * What a grant becomes by news, whatever the order in which pushes come.
 *
 * Grants are spent oldest first, so that those which are left are the newest: a rejection, however late it is
 * heard of, leaves at most as many as were accepted after it. An acceptance that comes after the very send which
 * spent it pays what is owed.
 */
export function grantAfter(known: KnownGrant, { accepted, rejected }: GrantNews): KnownGrant {
  const { voidUntil, owedAt } = known;
  const counting = accepted.filter((at) => isAfter(at, voidUntil));
  const paid = Math.min(known.owed, counting.filter((at) => !isAfter(at, owedAt)).length);
  const count = known.count + counting.length - paid;
  const owed = known.owed - paid;
  if (rejected === null || !isAfter(rejected.at, voidUntil))
    return { count, voidUntil, owed, owedAt };
  return {
    count: Math.min(count, rejected.later),
    voidUntil: rejected.at,
    // What was accepted before the rejection pays for nothing any more.
    owed: isAfter(owedAt, rejected.at) ? owed : 0,
    owedAt,
  };
}

const isAfter = (at: Date | null, mark: Date | null): boolean =>
  at !== null && (mark === null || at > mark);
