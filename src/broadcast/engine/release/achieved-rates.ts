import { Injectable } from '@nestjs/common';
import type { OpenBroadcast } from './release.repository.js';

interface Progress {
  readonly at: number;
  readonly sent: ReadonlyMap<string, number>;
  readonly perSecond: number;
}

/** How many messages a second an account really sends, by what its counters say from turn to turn. */
@Injectable()
export class AchievedRates {
  readonly #progress = new Map<number, Progress>();

  /**
   * A mean over about a second and one answer more: where answers are slow, sends begin in waves, and one wave must
   * not look like the speed of all.
   */
  look(
    accountId: number,
    open: readonly Pick<OpenBroadcast, 'id' | 'progressed'>[],
    latencyMs: number,
    now = performance.now(),
  ): number {
    const before = this.#progress.get(accountId);
    const sent = new Map(open.map(({ id, progressed }) => [id, progressed]));
    const perSecond = before ? mean(before, sent, latencyMs, now) : 0;
    this.#progress.set(accountId, { at: now, sent, perSecond });
    return perSecond;
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
