import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql } from 'kysely';
import type { Account } from '../accounts/account.js';
import { inTransaction } from '../audit/record/in-transaction.js';
import type { AccountCheckTable, CheckupTables } from './checkup.tables.js';
import type { TriedStep, Try } from './tries.js';

export type CheckRow = Selectable<AccountCheckTable>;

/** A check takes less; one that is open for longer was left by a process that died. */
export const LONGEST_MS = 60_000;

/** Statements on `account_check`. */
@Injectable()
export class ChecksRepository {
  readonly #db: Kysely<CheckupTables>;

  constructor(db: Kysely<CheckupTables>) {
    this.#db = db;
  }

  find(accountId: number): Promise<CheckRow | undefined> {
    return this.#db
      .selectFrom('accountCheck')
      .selectAll()
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }

  /** The number of the check that is begun; undefined while one runs. */
  begin({ id, appid }: Account): Promise<number | undefined> {
    return inTransaction(this.#db, async (tx, audit) => {
      const { rows } = await sql<{ run: number }>`
        insert into account_check as c (account_id, started_at) values (${id}, clock_now())
        on conflict (account_id) do update
          set run = c.run + 1, started_at = clock_now(), finished_at = null, tries = '{}'
          where c.finished_at is not null
            or c.started_at < clock_now() - make_interval(secs => ${LONGEST_MS / 1_000})
        returning run`.execute(tx);
      if (rows[0] === undefined) return undefined;
      audit({ action: 'account.check', target: { kind: 'account' }, appid });
      return rows[0].run;
    });
  }

  async note(
    accountId: number,
    run: number,
    step: TriedStep,
    tried: Omit<Try, 'at'>,
  ): Promise<void> {
    await sql`
      update account_check set tries = tries || jsonb_build_object(${step}::text,
        ${JSON.stringify(tried)}::jsonb || jsonb_build_object('at',
          to_char(clock_now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
      where account_id = ${accountId} and run = ${run}`.execute(this.#db);
  }

  async finish(accountId: number, run: number): Promise<void> {
    await sql`
      update account_check set finished_at = clock_now()
      where account_id = ${accountId} and run = ${run}`.execute(this.#db);
  }
}
