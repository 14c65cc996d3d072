import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { SendingConfig } from '../config/config.js';
import { Clock } from '../kernel/clock.js';
import { ensurePace } from './pace-row.js';
import type { PacingTables } from './pacing.tables.js';
import { dailyBudget, quotaLeft } from './quota-left.js';
import { nextQuotaReset, wechatDay } from './wechat-day.js';

/** For so long after its claim WeChat may not have counted a call: the transport waits eight seconds. */
const ON_ITS_WAY = sql`interval '10 seconds'`;

/** How an account stands with WeChat's daily quota of sends. */
export interface QuotaStanding {
  /** The WeChat day it is about, `2026-11-21`. */
  readonly day: string;
  readonly resetsAt: Date;
  /** WeChat's own figure or the operator's, the smaller; null while neither is known. */
  readonly limit: number | null;
  /** What we may send in a whole day: the limit without the reserve; null without a limit. */
  readonly perDay: number | null;
  /** Calls of ours today. */
  readonly ours: number;
  /** Calls of other systems today, as far as WeChat told. */
  readonly others: number;
  /** What we may still send today; null without a limit. */
  readonly left: number | null;
  /** WeChat said 45009 today. */
  readonly spent: boolean;
  /** When WeChat was asked last. */
  readonly learnedAt: Date | null;
}

/** What WeChat said of the day's quota. */
export interface QuotaFigures {
  readonly limit: number;
  /** Calls of everybody. */
  readonly used: number;
  /** When the question was put, by the database's time. */
  readonly askedAt: Date;
  readonly asker: QuotaAsker;
}

/** An operator knows why the day's 45009 is over; a routine question does not, and WeChat's figures are often kinder. */
export type QuotaAsker = 'operator' | 'routine';

/** The ledger by account and WeChat day. Claims count into it (see the claim statement); this reads and corrects it. */
@Injectable()
export class QuotaLedger {
  constructor(
    private readonly db: Kysely<PacingTables>,
    private readonly clock: Clock,
    private readonly sending: SendingConfig,
  ) {}

  get today(): string {
    return wechatDay(this.clock.now(), this.sending.quotaResetHour);
  }

  get nextReset(): Date {
    return nextQuotaReset(this.clock.now(), this.sending.quotaResetHour);
  }

  /** Throws for an account that does not exist. */
  async standing(accountId: number): Promise<QuotaStanding> {
    const day = this.today;
    const { rows } = await sql<StandingRow>`
      select least(p.daily_limit, a.daily_quota)::float8 as "limit",
        ${sql.raw(dailyBudget('p', 'a'))} as budget, ${sql.raw(quotaLeft('p', 'a', 'q'))} as "left",
        coalesce(q.ours, 0)::float8 as ours, coalesce(q.others, 0)::float8 as others,
        q.spent_at is not null as spent, p.quota_learned_at as learned_at
      from account a left join pace p on p.account_id = a.id
      left join quota_day q on q.account_id = a.id and q.day = ${day}::date
      where a.id = ${accountId}`.execute(this.db);
    const row = rows[0];
    if (!row) throw new Error(`there is no account ${accountId}`);
    return {
      day,
      resetsAt: this.nextReset,
      limit: row.limit,
      perDay: finite(row.budget),
      ours: row.ours,
      others: row.others,
      left: finite(row.left),
      spent: row.spent,
      learnedAt: row.learnedAt,
    };
  }

  /** The database's time, which everything in the ledger is dated by. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_now() as now`.execute(this.db);
    if (!rows[0]) throw new Error('the database does not tell the time');
    return rows[0].now;
  }

  /**
   * What openapi/quota/get said. Claims count before WeChat does: while some may be on their way, a figure that
   * leaves less to others than we knew of says nothing, or what others used would be ours to send. A 45009 stands
   * until the day is over, or until an operator asks after it.
   */
  async learn(accountId: number, said: QuotaFigures): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await ensurePace(tx, accountId);
      await tx
        .updateTable('pace')
        .set({ dailyLimit: said.limit, quotaLearnedAt: sql<Date>`clock_now()` })
        .where('accountId', '=', accountId)
        .execute();
      await sql`
        insert into quota_day (account_id, day, others)
        values (${accountId}, ${this.today}::date, ${said.used})
        on conflict (account_id, day) do update set
          others = greatest(${said.used} - quota_day.ours, (
            select case when p.refilled_at > clock_now() - ${ON_ITS_WAY} then quota_day.others else 0 end
            from pace p where p.account_id = quota_day.account_id
          )), spent_at = case when ${said.asker} = 'routine' or quota_day.spent_at >= ${said.askedAt}
            then quota_day.spent_at end`.execute(tx);
    });
  }

  /** 45009: nothing is left today, whatever the figures say. */
  async markSpent(accountId: number): Promise<void> {
    await sql`
      insert into quota_day (account_id, day, spent_at)
      values (${accountId}, ${this.today}::date, clock_now())
      on conflict (account_id, day) do update set spent_at = clock_now()`.execute(this.db);
  }
}

const finite = (amount: number): number | null => (Number.isFinite(amount) ? amount : null);

interface StandingRow {
  limit: number | null;
  budget: number;
  left: number;
  ours: number;
  others: number;
  spent: boolean;
  learnedAt: Date | null;
}
