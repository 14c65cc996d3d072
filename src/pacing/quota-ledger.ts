import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import { SendingConfig } from '../config/config.js';
import { Clock } from '../kernel/clock.js';
import type { ChannelName } from '../wechat/message-channel.js';
import { ensurePace } from './pace-row.js';
import type { PacingTables } from './pacing.tables.js';
import { dailyBudget, quotaLeft } from './quota-left.js';
import { DAWN, nextQuotaReset, wechatDay, wechatDayBeganSql } from './wechat-day.js';

/** How long after its claim WeChat may not have counted a call yet: the transport waits eight seconds. */
const ON_ITS_WAY = sql`interval '10 seconds'`;

/** How much of WeChat's daily quota of sends an account has used, and what is left. */
export interface QuotaStatus {
  /** The WeChat day, `2026-11-21`. */
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

/** One account, and a channel by which it sends. */
export interface Sender {
  readonly accountId: number;
  readonly channel: ChannelName;
}

export interface SenderStatus extends Sender {
  readonly status: QuotaStatus;
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

export interface ChannelFigures extends QuotaFigures {
  readonly channel: ChannelName;
}

/** An operator knows that the day's 45009 is over. A routine question does not, and WeChat's figures may be too high. */
export type QuotaAsker = 'operator' | 'routine';

/**
 * The ledger by account, WeChat day and channel: WeChat counts each path by itself. The claim statement counts into it;
 * this class reads and corrects it. An answer of WeChat belongs to the day of its question: one that comes after
 * midnight is about yesterday.
 */
@Injectable()
export class QuotaLedger {
  readonly #db: Kysely<PacingTables>;
  readonly #clock: Clock;
  readonly #sending: SendingConfig;

  constructor(db: Kysely<PacingTables>, clock: Clock, sending: SendingConfig) {
    this.#db = db;
    this.#clock = clock;
    this.#sending = sending;
  }

  /** When the WeChat day ends to which a call of that moment counts. */
  resetAfter(at: Date): Date {
    return nextQuotaReset(at, this.#sending.quotaResetHour);
  }

  /** Throws for an account that does not exist. */
  async statusOf(accountId: number, channel: ChannelName): Promise<QuotaStatus> {
    const [found] = await this.statusesOf([{ accountId, channel }]);
    if (!found) throw new Error(`there is no account ${accountId}`);
    return found.status;
  }

  /** In no order; an account that does not exist is left out. One statement, however many senders there are. */
  async statusesOf(senders: readonly Sender[]): Promise<SenderStatus[]> {
    const now = this.#clock.now();
    const day = this.#dayOf(now);
    const resetsAt = this.resetAfter(now);
    const { rows } = await sql<StatusRow>`
      select s.account_id, s.channel, least(l.daily_limit, a.daily_quota)::float8 as "limit",
        ${sql.raw(dailyBudget('l', 'a'))} as budget, ${sql.raw(quotaLeft('l', 'a', 'q'))} as "left",
        coalesce(q.ours, 0)::float8 as ours, coalesce(q.others, 0)::float8 as others,
        q.spent_at is not null as spent, l.learned_at
      from unnest(${senders.map(({ accountId }) => accountId)}::integer[],
        ${senders.map(({ channel }) => channel)}::text[]) as s (account_id, channel)
      cross join lateral (select * from account where id = s.account_id) a
      left join lateral (
        select * from quota_limit where account_id = s.account_id and channel = s.channel
      ) l on true
      left join lateral (
        select * from quota_day
        where account_id = s.account_id and day = ${day}::date and channel = s.channel
      ) q on true`.execute(this.#db);
    return rows.map(({ accountId, channel, budget, left, ...row }) => ({
      accountId,
      channel,
      status: { ...row, day, resetsAt, perDay: finite(budget), left: finite(left) },
    }));
  }

  /** The channels by which an account sends or sent: those whose quota we have asked WeChat for. */
  async channelsOf(accountId: number): Promise<ChannelName[]> {
    const rows = await this.#db
      .selectFrom('quotaLimit')
      .select('channel')
      .where('accountId', '=', accountId)
      .orderBy('channel')
      .execute();
    return rows.map(({ channel }) => channel);
  }

  /** The database's time, by which everything in the ledger is dated. */
  async now(): Promise<Date> {
    const { rows } = await sql<{ now: Date }>`select clock_now() as now`.execute(this.#db);
    if (!rows[0]) throw new Error('the database does not tell the time');
    return rows[0].now;
  }

  /**
   * Takes the figures of openapi/quota/get. Our claims count earlier than WeChat does: while some may be on their way,
   * figures never lower what others have used, or we would send it. A 45009 stands until the day is over or an operator
   * asks WeChat again; who asks is believed, too, that fewer of ours count than we know: another system has cleared them.
   * A 45009 of the day's first minutes may be yesterday's: figures that leave some end it.
   */
  learn(accountId: number, channel: ChannelName, said: QuotaFigures): Promise<void> {
    return this.learnAll(accountId, [{ channel, ...said }]);
  }

  /** The same of several channels: all of them or none. */
  async learnAll(accountId: number, said: readonly ChannelFigures[]): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      await ensurePace(tx, accountId);
      await makeClaimsAskAgain(tx, accountId);
      for (const figures of said) await this.#write(tx, accountId, figures);
      if (said.every(({ asker }) => asker === 'routine')) return audit.nothing();
      audit({
        action: 'quota.refresh',
        target: { kind: 'quota' },
        accountId,
        after: Object.fromEntries(
          said.map(({ channel, limit, used }) => [channel, { limit, used }]),
        ),
      });
    });
  }

  async #write(
    tx: Transaction<PacingTables>,
    accountId: number,
    { channel, ...said }: ChannelFigures,
  ): Promise<void> {
    const day = this.#dayOf(said.askedAt);
    const someAreOnTheirWay = sql<boolean>`exists (
      select from pace p where p.account_id = quota_day.account_id
        and p.refilled_at > ${said.askedAt}::timestamptz - ${ON_ITS_WAY})`;
    await sql`
        insert into quota_limit (account_id, channel, daily_limit, learned_at)
        values (${accountId}, ${channel}, ${said.limit}, ${said.askedAt})
        on conflict (account_id, channel) do update
          set daily_limit = excluded.daily_limit, learned_at = excluded.learned_at
          where quota_limit.learned_at <= excluded.learned_at`.execute(tx);
    await sql`
        insert into quota_day (account_id, day, channel, others)
        values (${accountId}, ${day}::date, ${channel}, ${said.used})
        on conflict (account_id, day, channel) do update set
          others = greatest(${said.used} - (quota_day.ours - quota_day.cleared),
            case when ${someAreOnTheirWay} then quota_day.others else 0 end),
          cleared = case when ${said.asker} = 'operator' and not ${someAreOnTheirWay}
            then greatest(quota_day.cleared, quota_day.ours - ${said.used}) else quota_day.cleared end,
          spent_at = case when quota_day.spent_at >= ${said.askedAt} then quota_day.spent_at
            when ${said.asker} = 'routine'
              and not (${said.used} < ${said.limit} and quota_day.spent_at < ${this.#endOfDawn('quota_day.day')})
            then quota_day.spent_at end`.execute(tx);
  }

  /** WeChat has set its counts of today back to zero: what was sent before is not counted any more, whoever sent it. */
  async forgetToday(tx: Transaction<PacingTables>, accountId: number): Promise<void> {
    await makeClaimsAskAgain(tx, accountId);
    await sql`
      update quota_day set cleared = ours, others = 0, spent_at = null
      where account_id = ${accountId} and day = ${this.#dayOf(this.#clock.now())}::date`.execute(
      tx,
    );
  }

  /** WeChat answered 45009 to a call of that moment: nothing is left of its day, whatever the figures say. */
  async markSpent(accountId: number, channel: ChannelName, calledAt: Date): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await makeClaimsAskAgain(tx, accountId);
      await sql`
        insert into quota_day (account_id, day, channel, spent_at)
        values (${accountId}, ${this.#dayOf(calledAt)}::date, ${channel}, clock_now())
        on conflict (account_id, day, channel) do update set spent_at = clock_now()`.execute(tx);
    });
  }

  #dayOf(at: Date): string {
    return wechatDay(at, this.#sending.quotaResetHour);
  }

  #endOfDawn(day: string): RawBuilder<Date> {
    const began = wechatDayBeganSql(day, String(this.#sending.quotaResetHour));
    return sql.raw(`${began} + ${DAWN}`);
  }
}

/** Claims that wait for the pace row cannot see a new row of the ledger: raising `stops` makes them ask again. */
async function makeClaimsAskAgain(tx: Transaction<PacingTables>, accountId: number): Promise<void> {
  await sql`update pace set stops = stops + 1 where account_id = ${accountId}`.execute(tx);
}

const finite = (amount: number): number | null => (Number.isFinite(amount) ? amount : null);

interface StatusRow {
  accountId: number;
  channel: ChannelName;
  limit: number | null;
  budget: number;
  left: number;
  ours: number;
  others: number;
  spent: boolean;
  learnedAt: Date | null;
}
