import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { type HotRunner, HotSql } from '../../../database/hot-sql.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../engine.tables.js';
import { Lane } from '../lane.js';
import type { Nudge } from '../send/send.queue.js';
import {
  END_TURN,
  KEEP_CREDIT,
  OPEN_BROADCASTS,
  QUOTA_LEFT,
  RELEASE_DUE,
  RELEASE_NEXT,
  RELEASE_SINGLES,
  TAKE_TURN,
} from './release.statements.js';

/** One account's turn to release, held until the transaction ends. */
export interface Turn {
  /** Messages that the rate lets go out and that have not. */
  readonly credit: number;
  readonly rate: number;
  readonly cap: number;
  /** Seconds since the last turn, whoever had it. */
  readonly since_release: number;
  /** Seconds since the last claim, or since the end of a rest. */
  readonly silent_for: number;
  readonly since_rate_change: number;
  /** Trouble made its rate fall, and it has not climbed back yet. */
  readonly fell: boolean;
  /** One message at a time. */
  readonly single_file: boolean;
  /** Rests, is held, or has a fault: nothing goes out. */
  readonly stopped: boolean;
}

/** A broadcast that has begun and is not closed, with what its counters say. */
export interface OpenBroadcast {
  readonly id: string;
  readonly channel: ChannelName;
  readonly running: boolean;
  /** By a hold, or because its send hours are over. */
  readonly held: boolean;
  /** It has just started, and WeChat has not told since what is left of the day's quota. */
  readonly awaits_quota: boolean;
  /** A test or a single message. */
  readonly first: boolean;
  /** To one recipient. */
  readonly single: boolean;
  /** How many more may be handed out before the first ones have proven well; null without a canary. */
  readonly canary_room: number | null;
  readonly expanded: boolean;
  readonly own_cap: number | null;
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
  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly hot: HotSql,
    private readonly lane: Lane,
  ) {}

  async accountsWithOpenBroadcasts(): Promise<number[]> {
    const rows = await this.db
      .selectFrom('broadcast')
      .select('accountId')
      .distinct()
      .where('closedAt', 'is', null)
      .where((eb) => eb.or([eb('startedAt', 'is not', null), eb('state', '=', 'cancelled')]))
      .execute();
    return rows.map(({ accountId }) => accountId);
  }

  inTurn<T>(work: (tx: HotRunner) => Promise<T>): Promise<T> {
    return this.hot.transaction(work);
  }

  /** Undefined when another worker has the turn. */
  async takeTurn(tx: HotRunner, accountId: number, defaultCap: number): Promise<Turn | undefined> {
    const [turn] = await tx.query<Turn>(TAKE_TURN, [accountId, defaultCap]);
    return turn;
  }

  openBroadcasts(tx: HotRunner, accountId: number): Promise<OpenBroadcast[]> {
    return tx.query<OpenBroadcast>(OPEN_BROADCASTS, [accountId]);
  }

  /** Due rows first, then rows beyond the cursor; `pending → queued`, and the cursor with them. */
  async release(
    tx: HotRunner,
    { id, released_to: from, first, canary_room: canaryRoom }: OpenBroadcast,
    most: number,
  ): Promise<Nudge[]> {
    const lane = this.lane.of('release');
    const due = await tx.query<Released>(RELEASE_DUE, [id, most, lane]);
    const left = Math.min(most - due.length, canaryRoom ?? Infinity);
    const next = left > 0 ? await tx.query<Released>(RELEASE_NEXT, [id, from, left, lane]) : [];
    return [...due, ...next].map((row) => ({ ...row, broadcastId: id, first }));
  }

  /** The same for single messages, all at once. */
  async releaseSingles(
    tx: HotRunner,
    singles: readonly OpenBroadcast[],
    most: number,
  ): Promise<Nudge[]> {
    const rows = await tx.query<Released & { broadcast_id: string }>(RELEASE_SINGLES, [
      singles.map(({ id }) => id),
      most,
      this.lane.of('release'),
    ]);
    return rows.map(({ broadcast_id: broadcastId, openid, nudge }) => ({
      broadcastId,
      openid,
      nudge,
      first: true,
    }));
  }

  /** Calls left of the day's quota of each channel; Infinity where nobody has said a limit. */
  async quotaLeft(
    tx: HotRunner,
    accountId: number,
    resetHour: number,
    channels: readonly ChannelName[],
  ): Promise<Map<ChannelName, number>> {
    const rows = await tx.query<{ channel: ChannelName; left: number }>(QUOTA_LEFT, [
      accountId,
      resetHour,
      channels,
    ]);
    return new Map(rows.map(({ channel, left }) => [channel, left]));
  }

  async keepCredit(tx: HotRunner, broadcastId: string, credit: number): Promise<void> {
    await tx.query(KEEP_CREDIT, [broadcastId, credit]);
  }

  async endTurn(tx: HotRunner, accountId: number, credit: number): Promise<void> {
    await tx.query(END_TURN, [accountId, credit]);
  }
}

interface Released {
  openid: string;
  nudge: number;
}
