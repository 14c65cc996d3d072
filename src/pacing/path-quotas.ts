import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { PacingTables } from './pacing.tables.js';

/** How many calls of one path WeChat gives a day, as it said last. */
export interface PathQuota {
  readonly path: string;
  /** Null where WeChat gave no figures. */
  readonly limit: number | null;
  /** Of everybody, at `askedAt`. */
  readonly used: number | null;
  /** What WeChat answered in place of figures, such as 76022: not for this kind of account. */
  readonly errcode: number | null;
  readonly askedAt: Date;
}

/** WeChat's quotas by path, as it told them last: asking costs a call each, reading none. */
@Injectable()
export class PathQuotas {
  readonly #db: Kysely<PacingTables>;

  constructor(db: Kysely<PacingTables>) {
    this.#db = db;
  }

  /** An answer that is older than the one on record changes nothing. */
  async note(accountId: number, { path, limit, used, errcode, askedAt }: PathQuota): Promise<void> {
    await sql`
      insert into path_quota as q (account_id, path, asked_at, daily_limit, used, errcode)
      select id, ${path}, ${askedAt}, ${limit}::bigint, ${used}::bigint, ${errcode}::integer
      from account where id = ${accountId}
      on conflict (account_id, path) do update set asked_at = excluded.asked_at,
        daily_limit = excluded.daily_limit, used = excluded.used, errcode = excluded.errcode
        where q.asked_at <= excluded.asked_at`.execute(this.#db);
  }

  /** WeChat has set its counts back to zero: what it was asked before that says nothing any more. */
  async forgetUsed(tx: Transaction<PacingTables>, accountId: number): Promise<void> {
    await sql`
      update path_quota set used = 0, asked_at = clock_now()
      where account_id = ${accountId} and used is not null`.execute(tx);
  }

  /** By account id, in the order of the paths; an account that was never asked about is missing. */
  async of(accountIds: readonly number[]): Promise<Map<number, PathQuota[]>> {
    const { rows } = await sql<PathQuota & { accountId: number }>`
      select account_id, path, asked_at, daily_limit::float8 as "limit", used::float8 as used, errcode
      from path_quota where account_id = any(${accountIds}::integer[])
      order by account_id, path`.execute(this.#db);
    const found = new Map<number, PathQuota[]>();
    for (const { accountId, ...quota } of rows)
      found.set(accountId, [...(found.get(accountId) ?? []), quota]);
    return found;
  }
}
