import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import type { PacingTables } from './pacing.tables.js';
import { PathQuotas } from './path-quotas.js';
import { QuotaLedger } from './quota-ledger.js';

/** WeChat's own limit, which an account's systems share. */
export const CLEARINGS_A_MONTH = 10;

/** How often an account's quotas were cleared this month, as far as we know. */
export interface QuotaClearings {
  readonly used: number;
  /** What is left at most: other systems may have cleared, too. */
  readonly left: number;
  readonly clearedAt: Date | null;
  /** When there are ten again. */
  readonly renewsAt: Date;
}

/** So long a second click finds that somebody is at it; a process that died holds nobody up for longer. */
const BUSY = sql`interval '30 seconds'`;
const MONTH = sql`date_trunc('month', clock_now() at time zone 'Asia/Shanghai')::date`;

/** Statements on `quota_clearing`. A month is one of Shanghai. */
@Injectable()
export class QuotaClearingsRepository {
  readonly #db: Kysely<PacingTables>;
  readonly #ledger: QuotaLedger;
  readonly #paths: PathQuotas;

  constructor(db: Kysely<PacingTables>, ledger: QuotaLedger, paths: PathQuotas) {
    this.#db = db;
    this.#ledger = ledger;
    this.#paths = paths;
  }

  /** Bookkeeping before the call. False: somebody has cleared within the last half minute, or does just now. */
  async begin(accountId: number): Promise<boolean> {
    const { rows } = await sql`
      insert into quota_clearing as c (account_id, asked_at) values (${accountId}, clock_now())
      on conflict (account_id) do update set asked_at = excluded.asked_at
        where c.asked_at < excluded.asked_at - ${BUSY}
      returning account_id`.execute(this.#db);
    return rows.length > 0;
  }

  /** Nothing was cleared: whoever tries next need not wait. */
  async giveUp(accountId: number): Promise<void> {
    await sql`
      update quota_clearing set asked_at = '-infinity' where account_id = ${accountId}`.execute(
      this.#db,
    );
  }

  async cleared(accountId: number): Promise<QuotaClearings> {
    return await inTransaction(this.#db, async (tx, audit) => {
      await this.#ledger.forgetToday(tx, accountId);
      await this.#paths.forgetUsed(tx, accountId);
      await sql`
        update quota_clearing set cleared_at = clock_now(), month = ${MONTH},
          used = case when month = ${MONTH} then least(used + 1, ${CLEARINGS_A_MONTH}) else 1 end
        where account_id = ${accountId}`.execute(tx);
      const { rows } = await selectOf([accountId]).execute(tx);
      const [row] = rows;
      if (row === undefined) throw new Error('clearings were asked for, and none were answered');
      const after = clearingsOf(row);
      audit({
        action: 'quota.clear',
        target: { kind: 'quota' },
        accountId,
        after: { left: after.left },
      });
      return after;
    });
  }

  /** WeChat says that none is left, whoever has used them. */
  async noneLeft(accountId: number): Promise<void> {
    await sql`
      update quota_clearing set asked_at = '-infinity', month = ${MONTH}, used = ${CLEARINGS_A_MONTH}
      where account_id = ${accountId}`.execute(this.#db);
  }

  /** By account id; of an account that never cleared there are ten left. */
  async of(accountIds: readonly number[]): Promise<Map<number, QuotaClearings>> {
    const { rows } = await selectOf(accountIds).execute(this.#db);
    return new Map(rows.map((row) => [row.accountId, clearingsOf(row)]));
  }
}

interface Row {
  readonly accountId: number;
  readonly used: number;
  readonly clearedAt: Date | null;
  readonly renewsAt: Date;
}

const selectOf = (accountIds: readonly number[]): RawBuilder<Row> => sql<Row>`
  select asked.id as account_id, case when c.month = ${MONTH} then c.used else 0 end as used,
    c.cleared_at,
    ((${MONTH} + interval '1 month') at time zone 'Asia/Shanghai') as renews_at
  from unnest(${accountIds}::integer[]) as asked (id)
  left join quota_clearing c on c.account_id = asked.id`;

const clearingsOf = ({ used, clearedAt, renewsAt }: Row): QuotaClearings => ({
  used,
  left: CLEARINGS_A_MONTH - used,
  clearedAt,
  renewsAt,
});
