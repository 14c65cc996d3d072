import { type RawBuilder, sql, type Transaction } from 'kysely';
import { uuidV7Floor } from '../../../kernel/ids.js';
import type { BroadcastTables, ContactCap } from './engine.tables.js';

/** A cap, and what is looked at for it. */
export interface CapInForce extends ContactCap {
  /** Messages of broadcasts up to this one are older than the days. */
  readonly oldest: string;
  /** Where the days begin. */
  readonly since: Date;
}

/** Of a broadcast that waits for its account: its messages go out later than its id says. */
const MARGIN_DAYS = 2;
const DAY_MS = 86_400_000;

/** Has arrived, or may have. */
const CONTACTED = `('accepted', 'reviewing', 'delivered', 'unknown')`;

/**
 * A statement of its own, so that the next one is planned with the months that count. A broadcast may have been made
 * long before it sends: its id is older than its messages.
 */
export async function capInForce(
  tx: Transaction<BroadcastTables>,
  accountId: number,
  { n, days }: ContactCap,
): Promise<CapInForce> {
  // Without statistics a month that has just begun would be read whole for each person.
  await sql`set local enable_seqscan = off`.execute(tx);
  await sql`set local enable_bitmapscan = off`.execute(tx);
  const { rows } = await sql<{ now: Date; oldest: string | null }>`
    select clock_now() as now, (
      select id from broadcast
      where account_id = ${accountId} and purpose <> 'single' and started_at is not null
        and coalesce(ended_at, clock_now()) > clock_now() - make_interval(days => ${days})
      order by id limit 1
    ) as oldest`.execute(tx);
  const { now, oldest } = rows[0] as (typeof rows)[number];
  const floor = uuidV7Floor(new Date(now.getTime() - (days + MARGIN_DAYS) * DAY_MS));
  return {
    n,
    days,
    oldest: oldest !== null && oldest < floor ? oldest : floor,
    since: new Date(now.getTime() - days * DAY_MS),
  };
}

/**
 * SQL: how often somebody was contacted lately by other broadcasts, counted up to `n`. Not for an update, nor for the
 * pool of hot statements (docs/decisions/0010): there every month would be read.
 *
 * @param row alias of something with `openid`
 * @param own the broadcast that is asked for, if it is one
 */
export const contactsOf = (
  row: string,
  accountId: number,
  { n, oldest, since }: CapInForce,
  own: string | null,
): RawBuilder<number> => sql`(select count(*) from (
    select from delivery d
    where d.openid = ${sql.ref(`${row}.openid`)} and d.account_id = ${accountId}
      and d.broadcast_id >= ${oldest}::uuid and d.broadcast_id is distinct from ${own}::uuid
      and d.state in ${sql.raw(CONTACTED)}
      and coalesce(d.claimed_at, d.settled_at) > ${since}::timestamptz
    limit ${n}
  ) contacts)`;

/** SQL: how many messages of other broadcasts are on their way to somebody, counted up to `n`. As `contactsOf`. */
export const comingTo = (
  row: string,
  accountId: number,
  { n, oldest }: CapInForce,
  own: string | null,
): RawBuilder<number> => sql`(select count(*) from (
    select from delivery d
    where d.openid = ${sql.ref(`${row}.openid`)} and d.account_id = ${accountId}
      and d.broadcast_id >= ${oldest}::uuid and d.broadcast_id is distinct from ${own}::uuid
      and (d.state in ('queued', 'sending') or d.state = 'pending' and d.in_doubt_since is not null)
    limit ${n}
  ) coming)`;
