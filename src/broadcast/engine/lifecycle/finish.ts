import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { Counts } from '../record/counters.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { DELIVERY_STATES, OPEN_STATES } from '../record/states.js';

/** Broadcasts closed in one transaction. */
const AT_ONCE = 200;

interface Closed {
  readonly id: string;
  readonly cancelled: boolean;
  readonly purpose: string;
  readonly total: number;
  readonly counts: Counts;
}

/** Closes broadcasts that have no open delivery any more: `running → finished`; a cancelled one stays cancelled. */
@Injectable()
export class Finishing {
  readonly #logger = new Logger(Finishing.name);
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  async finish(broadcastId: string): Promise<boolean> {
    return (await this.finishAll([broadcastId])) > 0;
  }

  /** How many of them it closed. A thousand single messages cost a few transactions. */
  async finishAll(broadcastIds: readonly string[]): Promise<number> {
    let finished = 0;
    for (let i = 0; i < broadcastIds.length; i += AT_ONCE) {
      const closed = await this.#finish(broadcastIds.slice(i, i + AT_ONCE));
      finished += closed.length;
      for (const { id: broadcastId, purpose, ...facts } of closed)
        if (purpose !== 'single') this.#logger.log({ broadcastId, ...facts }, 'broadcast closed');
    }
    return finished;
  }

  /** It locks the broadcasts, so that nothing can reopen one of their deliveries meanwhile. */
  async #finish(broadcastIds: readonly string[]): Promise<Closed[]> {
    return this.#db.transaction().execute(async (tx) => {
      const locked = await tx
        .selectFrom('broadcast')
        .select('id')
        .where('id', 'in', broadcastIds)
        .where('closedAt', 'is', null)
        .where((eb) =>
          eb.or([
            eb('state', '=', 'cancelled'),
            eb.and([eb('state', '=', 'running'), eb('expandedAt', 'is not', null)]),
          ]),
        )
        .orderBy('id')
        .forUpdate()
        .execute();
      const ids = locked.map(({ id }) => id);
      return ids.length === 0 ? [] : close(tx, ids);
    });
  }
}

const sumOf = (states: readonly string[]) => sql.raw(states.join(' + '));
const countsOf = sql.raw(DELIVERY_STATES.map((state) => `'${state}', ${state}`).join(', '));
const sums = sql.raw(
  DELIVERY_STATES.map((state) => `coalesce(sum(${state}), 0)::bigint as ${state}`).join(', '),
);

/** A statement of its own, so that it reads the counters as they are once the broadcasts are locked. */
async function close(tx: Transaction<BroadcastTables>, ids: readonly string[]): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    with counted as materialized (
      select id, ${sums} from unnest(${ids}::uuid[]) as asked (id)
      left join broadcast_counter c on c.broadcast_id = asked.id
      group by id
    ),
    closed as (
      update broadcast b set
        state = case when b.state = 'cancelled' then b.state else 'finished' end,
        ended_at = case when b.state = 'cancelled' then b.ended_at else clock_now() end,
        closed_at = clock_now(),
        -- none of them is open
        any_sent = ${sumOf(DELIVERY_STATES)} - skipped > 0
      from counted
      where b.id = counted.id and ${sumOf(OPEN_STATES)} = 0
      returning b.id, b.state = 'cancelled' as cancelled, b.purpose,
        ${sumOf(DELIVERY_STATES)} as total, jsonb_build_object(${countsOf}) as counts
    ),
    lifted as (delete from broadcast_hold where broadcast_id in (select id from closed)),
    emptied as (delete from broadcast_member where broadcast_id in (select id from closed)),
    told as (
      insert into broadcast_event (broadcast_id, at, kind, data)
      select id, clock_now(), 'finished', jsonb_build_object('total', total, 'counts', counts)
      from closed where not cancelled order by id
    )
    select id, cancelled, purpose, total::float8 as total, counts from closed`.execute(tx);
  return rows;
}
