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

  /** As of the last look. */
  of(accountId: number): number {
    return this.#progress.get(accountId)?.perSecond ?? 0;
  }

  /** Smoothed, and measured over at least 0.2 s. */
  look(accountId: number, open: readonly OpenBroadcast[]): number {
    const now = performance.now();
    const before = this.#progress.get(accountId);
    const sent = new Map(open.map(({ id, progressed }) => [id, progressed]));
    if (!before) {
      this.#progress.set(accountId, { at: now, sent, perSecond: 0 });
      return 0;
    }
    const seconds = (now - before.at) / 1_000;
    if (seconds < 0.2) return before.perSecond;
    const more = open.reduce(
      (sum, { id, progressed }) => sum + progressed - (before.sent.get(id) ?? 0),
      0,
    );
    const perSecond = (before.perSecond + Math.max(0, more) / seconds) / 2;
    this.#progress.set(accountId, { at: now, sent, perSecond });
    return perSecond;
  }
}
