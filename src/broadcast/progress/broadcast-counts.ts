import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { HotSql } from '../../database/hot-sql.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { AccountScope } from '../../accounts/account-scopes.js';
import type { Archived } from './shown/archived.js';
import { ACCOUNT_KEY, archivedKey, branches, PHASE_KEY } from './shown/branches.js';
import { type Phase, PLAIN_PHASES, shownOf } from './shown/shown-sql.js';
import { SHOWN, type ShownName } from './shown/shown.js';

/** Nobody counts further; a page says "more than so many". */
const COUNTED = 10_000;
/** Of broadcasts under way each is looked at. */
const LOOKED_AT = 2_000;

const MIXED_PHASES = [
  'scheduled',
  'open',
  'receipts',
  'closing',
] as const satisfies readonly Phase[];

/** How many broadcasts are shown so; `more` where it was not counted to the end. */
export interface ShownCount {
  readonly shown: ShownName;
  readonly count: number;
  readonly more: boolean;
}

/**
 * How many broadcasts there are of each state, for the buttons of a list. It counts entries of an index, up to a bound,
 * where the row alone says how a broadcast is shown; those under way are few, and each is looked at, up to a bound.
 */
@Injectable()
export class BroadcastCounts {
  readonly #db: Kysely<BroadcastTables>;
  readonly #sql: HotSql;

  constructor(db: Kysely<BroadcastTables>, sql: HotSql) {
    this.#db = db;
    this.#sql = sql;
  }

  async of(accounts: AccountScope, archived: Archived = 'false'): Promise<ShownCount[]> {
    const statement = countStatement(accounts, archived).compile(this.#db);
    const rows = await this.#sql.read<ShownCount>(statement);
    return SHOWN.map((shown) => {
      const count = rows.reduce((sum, row) => sum + (row.shown === shown ? row.count : 0), 0);
      const more = rows.some((row) => row.shown === shown && row.more);
      return { shown, count: Math.min(count, COUNTED), more: more || count > COUNTED };
    });
  }
}

/** One statement, so that all counts are of one moment. */
export const countStatement = (accounts: AccountScope, archived: Archived = 'false') => {
  const byArchived = archivedKey(archived);
  const held = [
    ...(accounts === 'all' ? [] : [ACCOUNT_KEY]),
    ...(byArchived === undefined ? [] : [byArchived]),
    PHASE_KEY,
  ];
  const holds = sql.join(
    held.map(({ column, is }) => sql`${column} = ${is}`),
    sql` and `,
  );
  return sql<ShownCount>`
    with plain as (
      select shown.phase as shown, (
        select count(*) from (
          select from (
            select *, shown.phase as phase from ${branches(accounts, undefined)}
          ) as branches
          cross join lateral (
            select from broadcast b where b.purpose = 'broadcast' and ${holds}
            limit ${COUNTED + 1}
          ) counted limit ${COUNTED + 1}
        ) up_to_a_bound
      )::integer as count
      from unnest(${[...PLAIN_PHASES]}::text[]) as shown (phase)
    ),
    looked_at as materialized (
      select found.* from (select * from ${branches(accounts, MIXED_PHASES)}) as branches
      cross join lateral (
        select b.* from broadcast b where b.purpose = 'broadcast' and ${holds}
        limit ${LOOKED_AT + 1}
      ) found limit ${LOOKED_AT + 1}
    )
    select shown, count, count > ${COUNTED} as more from plain
    union all
    select s.state, count(*)::integer, (select count(*) > ${LOOKED_AT} from looked_at)
    from looked_at b cross join ${sql.raw(shownOf('b'))} s group by s.state`;
};
