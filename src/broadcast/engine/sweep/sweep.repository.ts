import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { HotSql } from '../../../database/hot-sql.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { Lane } from '../record/lane.js';
import type { Nudge } from '../send/send.queue.js';
import { SWEEP_PAGE, SWEEP_RETURNED, SWEEP_SINGLES } from './sweep.statements.js';

/** A broadcast that this process has taken the lease to sweep. */
export interface SweptBroadcast {
  readonly id: string;
  readonly channel: ChannelName;
  readonly cancelled: boolean;
  /** A test or a single message, whose jobs have priority. */
  readonly priority: boolean;
  readonly single: boolean;
  readonly expanding: boolean;
  readonly sweptTo: string;
  readonly releasedTo: string;
}

export interface Swept {
  readonly nudges: Nudge[];
  readonly seen: number;
  /** The last openid of the page. */
  readonly last: string | null;
  /** Where the mark may move; null where the first row of the page is open. */
  readonly sweptTo: string | null;
}

/** It has begun; or it was cancelled before its start, with rows to close; or it is to be expanded before its start. */
const NEEDS_SWEEPING = sql`(b.started_at is not null or b.state = 'cancelled'
  or b.state = 'scheduled' and b.freeze_audience = 'creation' and b.expanded_at is null)`;
/** Beyond every openid: the pattern has no character above `z`. */
const BEYOND_ALL = '~';
/** Rows read in one statement. */
export const SWEEP_PAGE_SIZE = 5_000;

@Injectable()
export class SweepRepository {
  readonly #db: Kysely<BroadcastTables>;
  readonly #hot: HotSql;
  readonly #lane: Lane;

  constructor(db: Kysely<BroadcastTables>, hot: HotSql, lane: Lane) {
    this.#db = db;
    this.#hot = hot;
    this.#lane = lane;
  }

  /** Takes the lease of every open broadcast that no worker has swept lately. */
  async takeLeases(everySeconds: number): Promise<SweptBroadcast[]> {
    await sql`
      insert into broadcast_cursor (broadcast_id, swept_at)
      select id, '-infinity' from broadcast b
      where b.closed_at is null and ${NEEDS_SWEEPING}
        and not exists (select from broadcast_cursor c where c.broadcast_id = b.id)
      on conflict do nothing`.execute(this.#db);
    const { rows } = await sql<SweptBroadcast>`
      with due as (
        select c.broadcast_id from broadcast_cursor c join broadcast b on b.id = c.broadcast_id
        where b.closed_at is null and ${NEEDS_SWEEPING}
          and c.swept_at <= clock_now() - make_interval(secs => ${everySeconds})
          -- a single message that goes well has closed before it is swept
          and (b.purpose <> 'single' or b.created_at <= clock_now() - make_interval(secs => ${everySeconds}))
        for update of c skip locked
      )
      update broadcast_cursor c set swept_at = clock_now()
      from due join broadcast b on b.id = due.broadcast_id
      where c.broadcast_id = due.broadcast_id
      returning b.id, b.channel, b.state = 'cancelled' as cancelled, c.swept_to, c.released_to,
        b.purpose <> 'broadcast' as priority, b.purpose = 'single' as single,
        b.state <> 'cancelled' and b.expanded_at is null
          and coalesce(b.expand_progress_at, b.started_at, b.created_at) < clock_now() - interval '10 seconds'
          as expanding`.execute(this.#db);
    return rows;
  }

  /** Sweeps one page between the mark and the release cursor; of a cancelled broadcast, between the mark and the end. */
  async sweepPage(broadcast: SweptBroadcast, from: string, isProtected: boolean): Promise<Swept> {
    const upTo = broadcast.cancelled ? BEYOND_ALL : broadcast.releasedTo;
    return this.#sweep(SWEEP_PAGE, broadcast, isProtected, [from, upTo]);
  }

  /** Sweeps rows that came back once, wherever they lie. */
  async sweepReturned(broadcast: SweptBroadcast, isProtected: boolean): Promise<Swept> {
    return this.#sweep(SWEEP_RETURNED, broadcast, isProtected, [null, null]);
  }

  async #sweep(
    statement: typeof SWEEP_PAGE,
    { id, cancelled, priority: first }: SweptBroadcast,
    isProtected: boolean,
    range: readonly (string | null)[],
  ): Promise<Swept> {
    const [row] = await this.#hot.query<SweepRow>(statement, [
      id,
      ...range,
      cancelled,
      isProtected,
      SWEEP_PAGE_SIZE,
      this.#lane.of('sweep'),
    ]);
    const { nudges = [], seen = 0, last = null, swept_to: sweptTo = null } = row ?? {};
    return {
      nudges: nudges.map((nudge) => ({ ...nudge, broadcastId: id, priority: first })),
      seen,
      last,
      sweptTo,
    };
  }

  /** Sweeps single messages that are either all cancelled or none, and either all protected or none. */
  async sweepSingles(
    singles: readonly SweptBroadcast[],
    cancelled: boolean,
    isProtected: boolean,
  ): Promise<Nudge[]> {
    const rows = await this.#hot.query<{ broadcast_id: string; openid: string; nudge: number }>(
      SWEEP_SINGLES,
      [
        singles.map(({ id }) => id),
        null,
        null,
        cancelled,
        isProtected,
        SWEEP_PAGE_SIZE,
        this.#lane.of('sweep'),
      ],
    );
    return rows.map(({ broadcast_id: broadcastId, openid, nudge }) => ({
      broadcastId,
      openid,
      nudge,
      priority: true,
    }));
  }

  async moveMark(broadcastId: string, sweptTo: string): Promise<void> {
    await this.#db
      .updateTable('broadcastCursor')
      .set({ sweptTo })
      .where('broadcastId', '=', broadcastId)
      .execute();
  }
}

interface SweepRow {
  nudges: { openid: string; nudge: number }[];
  seen: number;
  last: string | null;
  swept_to: string | null;
}
