import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { type HotRunner, HotSql } from '../../../database/hot-sql.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import type { BroadcastTables, ContactCap } from '../record/engine.tables.js';
import { Lane } from '../record/lane.js';
import type { Nudge } from '../send/send.queue.js';
import {
  END_LEASES,
  KEEP_CREDITS,
  OPEN_BROADCASTS,
  QUOTA_LEFT,
  RELEASE_DUE,
  RELEASE_NEXT,
  RELEASE_SINGLES,
  TAKE_LEASES,
} from './release.statements.js';

/** One account's lease to release, which a worker holds until its transaction ends. */
export interface Lease {
  readonly account_id: number;
  /** Messages that the rate has let go out and that have not gone. */
  readonly credit: number;
  readonly rate: number;
  readonly cap: number;
  /** Seconds since the last lease, in whichever worker. */
  readonly since_release: number;
  /** Seconds since the last claim, or since the end of a rest. */
  readonly silent_for: number;
  readonly since_rate_change: number;
  /** Its rate was lowered, and has not come back to the cap yet. */
  readonly backed_off: boolean;
  /** One message at a time. */
  readonly single_file: boolean;
  /** Rests, is held, or has a fault: nothing goes out. */
  readonly stopped: boolean;
  /** At the end of its last lease it could have used more. */
  readonly waiting: boolean;
  /** Jobs handed out and not claimed, as of its last lease. */
  readonly queued: number;
  /** How many accounts wait, and what all of them have queued, as of their last leases. */
  readonly all_waiting: number;
  readonly all_queued: number;
  /** How many messages one person gets at most; null where its account does not say. */
  readonly contact_cap: ContactCap | null;
}

/** A broadcast that has begun and is not closed, with what its counters say. */
export interface OpenBroadcast {
  readonly account_id: number;
  readonly id: string;
  readonly channel: ChannelName;
  readonly running: boolean;
  /** It has a hold, or its send hours are over. */
  readonly held: boolean;
  /** It has just started, and WeChat has not told since what is left of the day's quota. */
  readonly awaits_quota: boolean;
  /** A test or a single message: it goes out before broadcasts. */
  readonly priority: boolean;
  /** To one recipient. */
  readonly single: boolean;
  /** How many more may be handed out before the first ones have proven well; null without a canary. */
  readonly canary_capacity: number | null;
  readonly expanded: boolean;
  readonly own_cap: number | null;
  /** Somebody has said why it goes past the contact cap. */
  readonly beyond_cap: boolean;
  readonly credit: number;
  readonly released_to: string;
  readonly pending: number;
  readonly queued: number;
  readonly sending: number;
  /** Deliveries that have been sent or settled in whatever way. */
  readonly progressed: number;
}

@Injectable()
export class ReleaseRepository {
  readonly #db: Kysely<BroadcastTables>;
  readonly #hot: HotSql;
  readonly #lane: Lane;

  constructor(db: Kysely<BroadcastTables>, hot: HotSql, lane: Lane) {
    this.#db = db;
    this.#hot = hot;
    this.#lane = lane;
  }

  async accountsWithOpenBroadcasts(): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('broadcast')
      .select('accountId')
      .distinct()
      .where('closedAt', 'is', null)
      .where((eb) => eb.or([eb('startedAt', 'is not', null), eb('state', '=', 'cancelled')]))
      .execute();
    return rows.map(({ accountId }) => accountId);
  }

  /** The leases that `takeLeases` takes end with this transaction. */
  inTransaction<T>(work: (tx: HotRunner) => Promise<T>): Promise<T> {
    return this.#hot.transaction(work);
  }

  /** The leases that are due, and that no other worker has. */
  takeLeases(tx: HotRunner, accountIds: readonly number[], defaultCap: number): Promise<Lease[]> {
    return tx.query<Lease>(TAKE_LEASES, [accountIds, defaultCap]);
  }

  openBroadcasts(tx: HotRunner, accountIds: readonly number[]): Promise<OpenBroadcast[]> {
    return tx.query<OpenBroadcast>(OPEN_BROADCASTS, [accountIds]);
  }

  /** `pending → queued`: first rows that came back and are due, then rows beyond the cursors, which move with them. */
  async release(tx: HotRunner, orders: readonly ReleaseOrder[]): Promise<Nudge[]> {
    if (orders.length === 0) return [];
    const lane = this.#lane.of('release');
    const due = await tx.query<Released>(RELEASE_DUE, [
      orders.map(({ broadcast }) => broadcast.id),
      orders.map(({ limit }) => limit),
      lane,
    ]);
    const returned = countByBroadcast(due);
    const beyond = orders
      .map(({ broadcast, limit }) => {
        const canary = broadcast.canary_capacity ?? Infinity;
        return { broadcast, limit: Math.min(limit - (returned.get(broadcast.id) ?? 0), canary) };
      })
      .filter(({ limit }) => limit > 0);
    const next =
      beyond.length === 0
        ? []
        : await tx.query<Released>(RELEASE_NEXT, [
            beyond.map(({ broadcast }) => broadcast.id),
            beyond.map(({ broadcast }) => broadcast.released_to),
            beyond.map(({ limit }) => limit),
            lane,
          ]);
    const priorities = new Map(orders.map(({ broadcast }) => [broadcast.id, broadcast.priority]));
    return [...due, ...next].map(({ broadcast_id: broadcastId, openid, nudge }) => ({
      broadcastId,
      openid,
      nudge,
      priority: priorities.get(broadcastId) ?? false,
    }));
  }

  /** The same for single messages, all at once. */
  async releaseSingles(
    tx: HotRunner,
    singles: readonly OpenBroadcast[],
    limit: number,
  ): Promise<Nudge[]> {
    const rows = await tx.query<Released>(RELEASE_SINGLES, [
      singles.map(({ id }) => id),
      limit,
      this.#lane.of('release'),
    ]);
    return rows.map(({ broadcast_id: broadcastId, openid, nudge }) => ({
      broadcastId,
      openid,
      nudge,
      priority: true,
    }));
  }

  /** Calls that the day's quota leaves to each account and channel; Infinity where no limit is known. */
  async quotaLeft(
    tx: HotRunner,
    open: readonly OpenBroadcast[],
    resetHour: number,
  ): Promise<CallsLeft> {
    const left: CallsLeft = new Map();
    for (const { account_id: accountId, channel } of open)
      left.set(accountId, (left.get(accountId) ?? new Map()).set(channel, Infinity));
    const asked = [...left].flatMap(([accountId, channels]) =>
      [...channels.keys()].map((channel) => [accountId, channel] as const),
    );
    const rows = await tx.query<{ account_id: number; channel: ChannelName; left: number }>(
      QUOTA_LEFT,
      [asked.map(([accountId]) => accountId), asked.map(([, channel]) => channel), resetHour],
    );
    for (const row of rows) left.get(row.account_id)?.set(row.channel, row.left);
    return left;
  }

  async keepCredits(tx: HotRunner, credits: ReadonlyMap<string, number>): Promise<void> {
    if (credits.size > 0)
      await tx.query(KEEP_CREDITS, [[...credits.keys()], [...credits.values()]]);
  }

  async endLeases(tx: HotRunner, ended: readonly EndedLease[]): Promise<void> {
    await tx.query(END_LEASES, [
      ended.map(({ lease }) => lease.account_id),
      ended.map(({ credit }) => credit),
      ended.map(({ lease }) => lease.since_release),
      ended.map(({ nextIn }) => nextIn),
      ended.map(({ waiting }) => waiting),
      ended.map(({ queued }) => queued),
    ]);
  }
}

/** Asks for so many of a broadcast's rows, at most. */
export interface ReleaseOrder {
  readonly broadcast: OpenBroadcast;
  readonly limit: number;
}

/** What the day's quotas leave, by account and channel. */
export type CallsLeft = Map<number, Map<ChannelName, number>>;

/** What a lease leaves for the next one of its account. */
export interface EndedLease {
  readonly lease: Lease;
  readonly credit: number;
  /** Seconds until the next lease. */
  readonly nextIn: number;
  readonly waiting: boolean;
  readonly queued: number;
}

function countByBroadcast(
  released: readonly { readonly broadcast_id: string }[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { broadcast_id: id } of released) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

interface Released {
  broadcast_id: string;
  openid: string;
  nudge: number;
}
