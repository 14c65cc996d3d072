import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { type HotRunner, HotSql } from '../../database/hot-sql.js';
import type { BroadcastTables } from './engine.tables.js';
import { Lane } from './lane.js';
import type { Nudge } from './send.queue.js';
import {
  END_TURN,
  KEEP_CREDIT,
  OPEN_BROADCASTS,
  RELEASE_DUE,
  RELEASE_NEXT,
  TAKE_TURN,
} from './statements/release.js';

/** One account's turn to release, held until the transaction ends. */
export interface Turn {
  /** Messages that the rate lets go out and that have not. */
  readonly credit: number;
  readonly rate: number;
  readonly cap: number;
  /** Seconds since the last turn, whoever had it. */
  readonly since_release: number;
  readonly since_rate_change: number;
  /** Rests, is held, or has a fault: nothing goes out. */
  readonly stopped: boolean;
}

/** A broadcast that has begun and is not closed, with what its counters say. */
export interface OpenBroadcast {
  readonly id: string;
  readonly running: boolean;
  readonly held: boolean;
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
      .where('startedAt', 'is not', null)
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
    { id, released_to: from }: OpenBroadcast,
    most: number,
  ): Promise<Nudge[]> {
    const lane = this.lane.of('release');
    const due = await tx.query<Released>(RELEASE_DUE, [id, most, lane]);
    const left = most - due.length;
    const next = left > 0 ? await tx.query<Released>(RELEASE_NEXT, [id, from, left, lane]) : [];
    return [...due, ...next].map((row) => ({ ...row, broadcastId: id }));
  }

  async keepCredit(tx: HotRunner, broadcastId: string, credit: number): Promise<void> {
    await tx.query(KEEP_CREDIT, [broadcastId, credit]);
  }

  async endTurn(tx: HotRunner, accountId: number, credit: number): Promise<void> {
    await tx.query(END_TURN, [accountId, credit]);
  }

  /** Only if nobody changed it meanwhile: a refusal may just have halved it. */
  async changeRate(accountId: number, from: number, to: number): Promise<void> {
    await this.db
      .updateTable('pace')
      .set({ rate: to, rateChangedAt: sql<Date>`clock_now()` })
      .where('accountId', '=', accountId)
      .where('rate', '=', from)
      .execute();
  }
}

interface Released {
  openid: string;
  nudge: number;
}
