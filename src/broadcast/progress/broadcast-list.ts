import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { HotSql } from '../../database/hot-sql.js';
import type { Page } from '../../http/cursor.js';
import { invalidCursor } from '../../http/id-cursor.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { BroadcastListQuery } from './broadcast-list.dto.js';
import { type ListCursor, type Listed, listedPage, listStatement } from './list-statement.js';
import type { AccountScope } from '../../accounts/account-scopes.js';

/**
 * Finds the broadcasts of a list, the newest first or the latest start. In the hot pool, whose settings leave no plan
 * but that by an index: a bitmap would be of all that an account has.
 */
@Injectable()
export class BroadcastList {
  readonly #db: Kysely<BroadcastTables>;
  readonly #sql: HotSql;

  constructor(db: Kysely<BroadcastTables>, sql: HotSql) {
    this.#db = db;
    this.#sql = sql;
  }

  /** The ids of the newest broadcasts that run, also of those that wait. */
  async running(accounts: AccountScope, limit: number): Promise<string[]> {
    const query = Object.assign(new BroadcastListQuery(), { state: 'running', limit } as const);
    return (await this.page(query, accounts)).items;
  }

  /** The ids of a page. Whatever the filter, it reads a bounded number of rows: a page may be short, even empty. */
  async page(query: BroadcastListQuery, accounts: AccountScope): Promise<Page<string>> {
    const { statement, cut } = listStatement(query, accounts, readCursor(query));
    const rows = await this.#sql.read<Listed>(statement.compile(this.#db));
    return listedPage(rows, query.limit, cut);
  }
}

const BY_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const BY_START = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f-]{36})$/i;

function readCursor({ after, sort }: BroadcastListQuery): ListCursor | undefined {
  if (after === undefined) return undefined;
  if (sort === 'created') {
    if (!BY_ID.test(after)) throw invalidCursor();
    return { id: after };
  }
  const [, begun, id] = BY_START.exec(after) ?? [];
  if (begun === undefined || id === undefined || !BY_ID.test(id)) throw invalidCursor();
  return { begun, id };
}
