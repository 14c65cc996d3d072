import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccessTables } from './access.tables.js';

const MOST_NAMED = 3;

/** Who can give somebody what they lack, so that a refusal says whom to ask. */
@Injectable()
export class AdminsToAsk {
  readonly #db: Kysely<AccessTables>;

  constructor(db: Kysely<AccessTables>) {
    this.#db = db;
  }

  /**
   * Names of some admins of the account first, then of all accounts; only the latter where it is left out. A refusal
   * is a refusal without them: a database that is away makes it no other error.
   */
  async namesFor(appid: string | undefined): Promise<string[]> {
    try {
      const { rows } = await sql<{ name: string }>`
        select operator.name from operator
        join role_grant g on g.operator_id = operator.id and g.role = 'admin'
        left join account on account.id = g.account_id
        where operator.disabled_at is null and (g.account_id is null or account.appid = ${appid ?? null})
        group by operator.id
        order by bool_and(g.account_id is null), operator.id
        limit ${MOST_NAMED}`.execute(this.#db);
      return rows.map(({ name }) => name);
    } catch {
      return [];
    }
  }
}
