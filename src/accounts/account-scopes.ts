import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { appidsFor, callerNow, may } from '../access/caller.js';
import type { Permission } from '../access/permissions.js';
import { accountNotFound } from '../access/account-not-found.js';
import type { AccountTables } from './account.tables.js';

/** The accounts that an answer may speak of, by their ids; `all` is a word of its own, so that none is never taken for it. */
export type AccountScope = 'all' | readonly number[];

/** Which accounts a request is about: those that its caller has a permission on, or the one of them that it names. */
@Injectable()
export class AccountScopes {
  readonly #db: Kysely<AccountTables>;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  /** Throws `account_not_found` for one that the caller does not see, as for one that does not exist. */
  async of(permission: Permission, appid?: string): Promise<AccountScope> {
    const caller = callerNow();
    // Nobody calls where it is not a request; a request without a caller comes no further than the gate.
    if (caller === undefined) throw new Error('an answer about accounts needs a caller');
    if (appid !== undefined) {
      const [id] = may(caller, permission, appid) ? await this.#idsOf([appid]) : [];
      if (id === undefined) throw accountNotFound(appid);
      return [id];
    }
    const appids = appidsFor(caller, permission);
    return appids === 'all' ? appids : await this.#idsOf(appids);
  }

  async #idsOf(appids: readonly string[]): Promise<number[]> {
    if (appids.length === 0) return [];
    const rows = await this.#db
      .selectFrom('account')
      .select('id')
      .where('appid', '=', sql<string>`any(${appids}::text[])`)
      .orderBy('id')
      .execute();
    return rows.map(({ id }) => id);
  }
}
