import { Injectable } from '@nestjs/common';

/** Messages a second that an account really sends. */
export interface Achieved {
  readonly perSecond: number;
  /** The best of these last seconds: a short standstill hardly lowers it. */
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
 * Seconds in which the best fades to a third. A window that shrank with every standstill would leave the workers
 * without jobs, which is the next standstill.
 */
const FADES_IN = 5;

/** How many messages a second an account really sends, by what its counters say from lease to lease. */
@Injectable()
export class AchievedRates {
  readonly #progress = new Map<number, Progress>();

  /** Messages a second of all accounts together, at their best. */
  get all(): number {
    let sum = 0;
    for (const { best } of this.#progress.values()) sum += best;
    return sum;
  }

  /** Forgets all other accounts: they have nothing under way. */
  keepOnly(accountIds: readonly number[]): void {
    if (this.#progress.size <= accountIds.length) return;
    const kept = new Set(accountIds);
    for (const id of this.#progress.keys()) if (!kept.has(id)) this.#progress.delete(id);
  }

  /**
   * Takes new figures in, and returns a mean over about a second plus the time of one answer: where answers are slow,
   * sends begin in waves, and one wave must not look like the usual speed.
   */
  observe(
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
