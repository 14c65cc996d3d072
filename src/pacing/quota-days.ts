import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { SendingConfig } from '../config/config.js';
import { Clock } from '../kernel/clock.js';
import type { ChannelName } from '../wechat/message-channel.js';
import type { PacingTables } from './pacing.tables.js';
import { wechatDay } from './wechat-day.js';

/** What was used of one WeChat day's quota. */
export interface QuotaDay {
  /** `2026-11-21` */
  readonly day: string;
  readonly ours: number;
  readonly others: number;
  /** WeChat said 45009. */
  readonly spent: boolean;
}

const DAY_MS = 86_400_000;

/** What an account has used of its quota, WeChat day by WeChat day. */
@Injectable()
export class QuotaDays {
  readonly #db: Kysely<PacingTables>;
  readonly #clock: Clock;
  readonly #sending: SendingConfig;

  constructor(db: Kysely<PacingTables>, clock: Clock, sending: SendingConfig) {
    this.#db = db;
    this.#clock = clock;
    this.#sending = sending;
  }

  /** Today's WeChat day, or one so many days before it. */
  dayBefore(days: number): string {
    const at = new Date(this.#clock.now().getTime() - days * DAY_MS);
    return wechatDay(at, this.#sending.quotaResetHour);
  }

  /** Every day of the range, both ends included; a day without a call is there too. */
  async list(
    accountId: number,
    channel: ChannelName,
    from: string,
    to: string,
  ): Promise<QuotaDay[]> {
    const { rows } = await sql<QuotaDay>`
      select d.day::date::text as day, coalesce(q.ours, 0)::float8 as ours,
        coalesce(q.others, 0)::float8 as others, q.spent_at is not null as spent
      from generate_series(${from}::date, ${to}::date, interval '1 day') as d (day)
      left join quota_day q
        on q.account_id = ${accountId} and q.channel = ${channel} and q.day = d.day::date
      order by d.day`.execute(this.#db);
    return rows;
  }
}
