/** What is known of somebody's grant for a template. */
export interface KnownGrant {
  readonly count: number;
  /** Acceptances up to here were taken back, or used up. */
  readonly voidUntil: Date | null;
  /** Sends whose grant was not known yet, up to `owedAt`. */
  readonly owed: number;
  readonly owedAt: Date | null;
}

/** Somebody allows one message, or several where another system tells of them. */
export interface Acceptance {
  readonly at: Date;
  readonly times: number;
}

export interface GrantNews {
  /** Acceptances that we did not know, each once. */
  readonly accepted: readonly Acceptance[];
  readonly rejected: {
    readonly at: Date;
    /** How many messages were accepted after the rejection, the new ones included. */
    readonly later: number;
  } | null;
}

/**
 * What a grant becomes by news, in whatever order pushes come. Grants are spent oldest first, so the newest are left: a
 * rejection, however late its push is, leaves at most as many as were accepted after it. When the push of an acceptance
 * comes after the send that spent it, it pays what is owed.
 */
export function grantAfter(known: KnownGrant, { accepted, rejected }: GrantNews): KnownGrant {
  const { voidUntil, owedAt } = known;
  const counting = accepted.filter((each) => !isOutdated(each, known));
  const paid = Math.min(known.owed, sumOf(counting.filter(({ at }) => !isAfter(at, owedAt))));
  const count = known.count + sumOf(counting) - paid;
  const owed = known.owed - paid;
  if (rejected === null || !isAfter(rejected.at, voidUntil))
    return { count, voidUntil, owed, owedAt };
  return {
    count: Math.min(count, rejected.later),
    voidUntil: rejected.at,
    // Acceptances before the rejection no longer pay for anything.
    owed: isAfter(owedAt, rejected.at) ? owed : 0,
    owedAt,
  };
}

/** The acceptance was taken back or used up before we heard of it. */
export const isOutdated = ({ at }: Acceptance, { voidUntil }: KnownGrant): boolean =>
  !isAfter(at, voidUntil);

const sumOf = (acceptances: readonly Acceptance[]): number =>
  acceptances.reduce((sum, { times }) => sum + times, 0);

const isAfter = (at: Date | null, mark: Date | null): boolean =>
  at !== null && (mark === null || at > mark);
