/** What happened to a broadcast, as its timeline has it. */
export interface Happening {
  readonly at: string;
  readonly kind: string;
  readonly actor: { readonly kind: string; readonly id?: number; readonly name: string } | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** While at least one reason held it. */
export interface Pause {
  readonly from: number;
  /** Null where it is held still. */
  readonly to: number | null;
  readonly reasons: readonly PauseReason[];
}

export interface PauseReason {
  readonly reason: string;
  readonly by?: string;
  readonly note?: string;
}

/** When it was held, and why: from its events, the earliest first. Pauses that overlap are one. */
export function pausesOf(happenings: readonly Happening[]): Pause[] {
  const pauses: Pause[] = [];
  const standing = new Map<string, PauseReason>();
  let from = 0;
  let reasons = new Map<string, PauseReason>();
  const end = (to: number | null): void => {
    pauses.push({ from, to, reasons: [...reasons.values()] });
    standing.clear();
    reasons = new Map();
  };
  for (const { at, kind, actor, data } of happenings) {
    if (kind === 'held') {
      const reason = String(data['reason']);
      // Two people who pause have a hold each; of every other reason there is one.
      const key = reason === 'operator' ? `${reason} ${actor?.kind} ${actor?.id}` : reason;
      const note = data['note'];
      const told: PauseReason = {
        reason,
        ...(reason === 'operator' && actor !== null && { by: actor.name }),
        ...(typeof note === 'string' && { note }),
      };
      if (standing.size === 0) from = Date.parse(at);
      standing.set(key, told);
      reasons.set(key, told);
    } else if (kind === 'lifted') {
      const lifted = Array.isArray(data['reasons']) ? (data['reasons'] as unknown[]) : [];
      for (const reason of lifted) {
        const key = [...standing.keys()].find((each) => each.split(' ')[0] === reason);
        if (key === undefined) continue;
        standing.delete(key);
        if (standing.size === 0) end(Date.parse(at));
      }
    } else if ((kind === 'finished' || kind === 'cancelled') && standing.size > 0) {
      end(Date.parse(at));
    }
  }
  if (standing.size > 0) end(null);
  return pauses;
}
