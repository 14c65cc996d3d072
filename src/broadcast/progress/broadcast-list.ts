import { Injectable } from '@nestjs/common';
import { type Expression, Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Page } from '../../http/cursor.js';
import { pageOfScan } from '../../http/bounded-scan.js';
import type { BroadcastListQuery } from './broadcast-list.dto.js';
import { belowId } from '../../http/id-cursor.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { PERSONAL_HOLDS } from '../engine/record/states.js';
import type { ShownState } from './shown-state.js';

/** Broadcasts read for one page, whatever the filter. An index leaves single messages out, so they do not count. */
const MAX_READ = 1_000;

/** Finds the broadcasts of a list, newest first: ids are ordered by time. */
@Injectable()
export class BroadcastList {
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: AccountsService;

  constructor(db: Kysely<BroadcastTables>, accounts: AccountsService) {
    this.#db = db;
    this.#accounts = accounts;
  }

  async page({ appid, state, purpose, after, limit }: BroadcastListQuery): Promise<Page<string>> {
    const below = belowId(after);
    const account = appid === undefined ? undefined : await this.#accounts.requireAccount(appid);
    const { rows } = await sql<{ read: number; reached: string | null; id: string | null }>`
      with scanned as materialized (
        select id, state, purpose from broadcast
        where id < ${below}::uuid
          ${purpose === 'single' ? sql`` : sql`and purpose <> 'single'`}
          ${account ? sql`and account_id = ${account.id}` : sql``}
        order by id desc limit ${MAX_READ}
      ),
      matching as materialized (
        select id from scanned
        where purpose = ${purpose} and ${isShownAs(state)}
        order by id desc limit ${limit + 1}
      )
      select edge.read, edge.reached, matching.id
      from (
        select count(*)::integer as read, (array_agg(id order by id))[1] as reached from scanned
      ) edge
      left join matching on true
      order by matching.id desc`.execute(this.#db);
    const { read = 0, reached = null } = rows[0] ?? {};
    const items = rows.flatMap(({ id }) => (id === null ? [] : [id]));
    return pageOfScan({ items, read, reached }, limit, MAX_READ, (id) => id);
  }
}

/** `paused` is no stored state: a running broadcast that waits for a person is shown so. */
function isShownAs(state: ShownState | undefined): Expression<SqlBool> | RawBuilder<SqlBool> {
  if (state === undefined) return sql<SqlBool>`true`;
  const waits = sql`exists (
    select from broadcast_hold
    where broadcast_id = scanned.id and reason in (${sql.join(PERSONAL_HOLDS)})
  )`;
  if (state === 'paused') return sql<SqlBool>`state = 'running' and ${waits}`;
  if (state === 'running') return sql<SqlBool>`state = 'running' and not ${waits}`;
  return sql<SqlBool>`state = ${state}::broadcast_state`;
}
