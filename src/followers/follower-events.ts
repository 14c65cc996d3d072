import { Injectable } from '@nestjs/common';
import { HotSql } from '../database/hot-sql.js';
import { APPLY_EVENTS, NOTE_SUBSCRIBED } from './record/follower.statements.js';
import { OutdatedSuppressions } from './suppressions/outdated-suppressions.js';
import { OPENID_PATTERN, type Openid } from '../kernel/ids.js';

/** A push of WeChat: somebody has followed or left an account. */
export interface FollowerEvent {
  readonly accountId: number;
  readonly openid: Openid;
  readonly kind: 'subscribe' | 'unsubscribe';
  /** WeChat's CreateTime: whole seconds. */
  readonly at: Date;
}

/** Keeps followers current by WeChat's pushes, between two walks of the list. */
@Injectable()
export class FollowerEvents {
  readonly #hot: HotSql;
  readonly #suppressions: OutdatedSuppressions;

  constructor(hot: HotSql, suppressions: OutdatedSuppressions) {
    this.#hot = hot;
    this.#suppressions = suppressions;
  }

  /**
   * Harmless to repeat, and in any order: an event changes a follower only if it is not older than what we know from
   * another event or the last complete walk. Of several events about one follower the newest counts, and of equal times
   * the last. Somebody who subscribes after blocking the account is no longer suppressed.
   */
  async apply(events: readonly FollowerEvent[]): Promise<void> {
    const newest = newestByFollower(events);
    if (newest.length === 0) return;
    await this.#hot.query(APPLY_EVENTS, [
      newest.map(({ accountId }) => accountId),
      newest.map(({ openid }) => openid),
      newest.map(({ kind }) => kind === 'subscribe'),
      newest.map(({ at }) => at.toISOString()),
    ]);
    await this.#noteSubscribed(events.filter(({ kind }) => kind === 'subscribe'));
  }

  async #noteSubscribed(events: readonly FollowerEvent[]): Promise<void> {
    const newest = newestByFollower(events);
    if (newest.length === 0) return;
    await this.#hot.query(NOTE_SUBSCRIBED, [
      newest.map(({ accountId }) => accountId),
      newest.map(({ openid }) => openid),
      newest.map(({ at }) => at.toISOString()),
    ]);
    await this.#suppressions.lift(newest);
  }
}

function newestByFollower(events: readonly FollowerEvent[]): FollowerEvent[] {
  const newest = new Map<string, FollowerEvent>();
  for (const event of events) {
    if (!OPENID_PATTERN.test(event.openid)) continue; // a job id could not contain it
    const key = `${event.accountId}:${event.openid}`;
    const known = newest.get(key);
    if (known === undefined || known.at <= event.at) newest.set(key, event);
  }
  return [...newest.values()];
}
