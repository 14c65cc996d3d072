import { type RawBuilder, sql, type Transaction } from 'kysely';
import { uuidV7Floor } from '../kernel/ids.js';
import type { AuditFilter } from './audit-filter.js';

/** One page reads so many entries at most, whatever it looks for. */
const READ_AT_MOST = 5_000;

const EVERY = sql<boolean>`true`;

/** Entries that an index has in the order of their ids, and what is left of the filter to look for among them. */
interface Plan {
  readonly sources: RawBuilder<unknown>;
  readonly from: RawBuilder<boolean>;
  readonly rest: readonly RawBuilder<boolean>[];
  /** How many sources there are: they share what a page may read. */
  readonly count: number;
}

/** The accounts whose entries somebody may read; `all` includes what belongs to no account. */
export type Readable = 'all' | readonly string[];

interface AuditPage {
  readonly filter: AuditFilter;
  readonly readable: Readable;
  /** Entries below this id. */
  readonly below: string;
  readonly limit: number;
}

/**
 * A page of entries, the newest first, from at most 5,000 that are read for it; by each account's own index where not all
 * may be read. A source whose share of them was not enough hides what is older than its last one: `horizon`, where the
 * next page goes on.
 */
export function auditPage<Row>({ filter, readable, below, limit }: AuditPage): RawBuilder<Row> {
  const { sources, from, rest, count } = planOf(filter, readable);
  const share =
    rest.length === 0 ? limit + 1 : Math.max(limit + 1, Math.floor(READ_AT_MOST / count));
  const bounds = [sql<boolean>`e.id < ${below}::uuid`];
  if (filter.from) bounds.push(sql`e.id >= ${idOf(filter.from)}::uuid`);
  if (filter.to) bounds.push(sql`e.id < ${idOf(filter.to)}::uuid`);
  return sql<Row>`
    with scanned as materialized (
      select s.n as source, e.id, e.actor_kind, e.actor_id, e.action, e.target_kind, e.target_id, e.appid
      from ${sources} cross join lateral (
        select * from audit_entry e where ${allOf([from, ...bounds])}
        order by e.id desc limit ${share}
      ) e
    ),
    horizon as (
      select max(least) as id from (
        select min(id::text collate "C") as least from scanned group by source having count(*) = ${share}
      ) cut
    ),
    found as (
      select e.id from scanned e, horizon
      where e.id >= coalesce(horizon.id, '00000000-0000-0000-0000-000000000000')::uuid and ${allOf(rest)}
      order by e.id desc limit ${limit + 1}
    )
    select horizon.id as horizon, entry.* from horizon left join (
      select a.id, a.at, a.actor_kind, a.actor_id::float8 as actor_id, a.actor_name, a.ip, a.action, a.target_kind,
        a.target_id, a.appid, a.before, a.after, a.cut, a.request_id, a.reason
      from found join audit_entry a on a.id = found.id
    ) entry on true
    order by entry.id desc`;
}

/**
 * For the transaction of a page: one account may have nearly all entries, which the planner takes for as few as others
 * have. It would read and sort them all, where the index has them in their order.
 */
export const byIndexAlone = async <Tables>(tx: Transaction<Tables>): Promise<void> => {
  await sql`
    select set_config(name, 'off', true)
    from unnest(array['enable_seqscan', 'enable_bitmapscan', 'jit']) as name`.execute(tx);
};

/** What names one thing or one person is read by its own index; else each account by its own. */
function planOf(filter: AuditFilter, readable: Readable): Plan {
  const { target, actor, action, appid } = filter;
  const mine = appid === undefined ? readable : [appid];
  const ofAccounts = mine === 'all' ? [] : [sql<boolean>`e.appid = any (${mine}::text[])`];
  const byTarget = target && [
    sql<boolean>`e.target_kind = ${target.kind}`,
    ...(target.id === undefined ? [] : [sql<boolean>`e.target_id = ${target.id}`]),
  ];
  const byActor = actor && [
    sql<boolean>`e.actor_kind = ${actor.kind}`,
    ...(actor.id === undefined ? [] : [sql<boolean>`e.actor_id = ${actor.id}`]),
  ];
  const byAction = action === undefined ? undefined : [sql<boolean>`e.action = ${action}`];
  const named = [
    target?.id === undefined ? undefined : byTarget,
    actor?.id === undefined ? undefined : byActor,
  ].find((each) => each !== undefined);
  const all = [byTarget, byActor, byAction].filter((each) => each !== undefined);
  if (named === undefined && mine !== 'all')
    return {
      sources: sql`unnest(${mine}::text[]) with ordinality as s (appid, n)`,
      from: sql`e.appid = s.appid`,
      rest: all.flat(),
      count: Math.max(1, mine.length),
    };
  const by = named ?? byAction ?? byTarget ?? byActor;
  const rest = [...all.filter((each) => each !== by).flat(), ...ofAccounts];
  return { sources: sql`(values (1)) as s (n)`, from: by ? allOf(by) : EVERY, rest, count: 1 };
}

const allOf = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> =>
  conditions.length === 0 ? EVERY : sql<boolean>`${sql.join(conditions, sql` and `)}`;

/** The id of the first entry that could be written at that moment; ids begin with 48 bits of milliseconds since 1970. */
const idOf = (at: Date): string =>
  uuidV7Floor(new Date(Math.min(Math.max(at.getTime(), 0), 2 ** 48 - 1)));
