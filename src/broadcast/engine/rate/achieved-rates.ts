import { Injectable } from '@nestjs/common';

/** Messages a second that an account really sends. */
export interface Achieved {
  readonly perSecond: number;
  /** At its best in these last seconds: a moment's standstill does not lower it much. */
  readonly best: number;
}

/** What the counters say of a broadcast that has begun. */
interface Counted {
  readonly id: string;
  /** Messages whose sending has begun, whatever became of them. */
  readonly progressed: number;
}

interface Progress extends Achieved {
  readonly at: number;
  readonly sent: ReadonlyMap<string, number>;
}

/**
 * Seconds in which the best fades to a third. A window that shrank with every standstill would let the workers run
 * dry, which is the next standstill.
 */
const FADES_IN = 5;

/** How many messages a second an account really sends, by what its counters say from turn to turn. */
@Injectable()
export class AchievedRates {
  readonly #progress = new Map<number, Progress>();

  /** Messages a second of all accounts together, at their best. */
  get all(): number {
    let sum = 0;
    for (const { best } of this.#progress.values()) sum += best;
    return sum;
  }

  /** Forgets the others: they have nothing under way. */
  keepOnly(accountIds: readonly number[]): void {
    if (this.#progress.size <= accountIds.length) return;
    const kept = new Set(accountIds);
    for (const id of this.#progress.keys()) if (!kept.has(id)) this.#progress.delete(id);
  }

  /**
   * A mean over about a second and one answer more: where answers are slow, sends begin in waves, and one wave must
   * not look like the speed of all.
   */
  look(
    accountId: number,
    open: readonly Counted[],
    latencyMs: number,
    now = performance.now(),
  ): Achieved {
    const before = this.#progress.get(accountId);
    const sent = new Map(open.map(({ id, progressed }) => [id, progressed]));
    const perSecond = before ? mean(before, sent, latencyMs, now) : 0;
    const best = before
      ? Math.max(perSecond, before.best * Math.exp((before.at - now) / 1_000 / FADES_IN))
      : 0;
    this.#progress.set(accountId, { at: now, sent, perSecond, best });
    return { perSecond, best };
  }
}

function mean(
  before: Progress,
  sent: ReadonlyMap<string, number>,
  latencyMs: number,
  now: number,
): number {
  const seconds = Math.max(0.001, (now - before.at) / 1_000);
  let more = 0;
  for (const [id, progressed] of sent) more += progressed - (before.sent.get(id) ?? 0);
  const kept = Math.exp(-seconds / (1 + latencyMs / 1_000));
  return before.perSecond * kept + (Math.max(0, more) / seconds) * (1 - kept);
}
