import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccountScope } from '../accounts/account-scopes.js';
import type { AccountKind } from '../accounts/account.js';
import { HotSql } from '../database/hot-sql.js';

/** Of each account the newest of the day. */
const MOST_BROADCASTS = 500;

/** An account's day, as the statement gives it. */
export interface TodayRow {
  readonly id: number;
  readonly appid: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly faulty: boolean;
  readonly held: boolean;
  readonly broadcasts: number;
  readonly accepted: number;
  readonly reviewing: number;
  readonly delivered: number;
  readonly blocked: number;
  readonly failed: number;
  readonly refused: number;
  readonly unknown: number;
}

/** Where a page of accounts ended: whether that one was well, and its appid. */
export interface AccountCursor {
  readonly isWell: boolean;
  readonly appid: string;
}

/** Read model: what became today of an account's broadcasts. It reads counters of the day's broadcasts, no delivery. */
@Injectable()
export class Today {
  readonly #db: Kysely<unknown>;
  readonly #sql: HotSql;

  constructor(db: Kysely<unknown>, sql: HotSql) {
    this.#db = db;
    this.#sql = sql;
  }

  page(
    scope: AccountScope,
    began: Date,
    after: AccountCursor | undefined,
    limit: number,
  ): Promise<TodayRow[]> {
    return this.#sql.read<TodayRow>(todayStatement(scope, began, after, limit).compile(this.#db));
  }

  /** How many accounts of these cannot send: by a fault, or because somebody has stopped them. */
  async troubles(scope: AccountScope): Promise<{ faulty: number; held: number }> {
    const { rows } = await sql<{ faulty: number; held: number }>`
      select count(*) filter (where fault is not null)::integer as faulty,
        count(*) filter (where held_at is not null)::integer as held
      from account where api_base is null ${ofScope(scope)}`.execute(this.#db);
    return rows[0] ?? { faulty: 0, held: 0 };
  }
}

const ofScope = (scope: AccountScope) =>
  scope === 'all' ? sql`` : sql`and id = any(${scope}::integer[])`;

const BEGUN = sql.raw('coalesce(b.started_at, b.start_at)');
const OUTCOMES = 'accepted reviewing delivered blocked failed refused unknown'.split(' ');
const SUMS = sql.raw(
  OUTCOMES.map((state) => `coalesce(sum(${state}), 0)::float8 as ${state}`).join(', '),
);

/** For a page of accounts, those in trouble first. Each account's day is a range of one index. */
const todayStatement = (
  scope: AccountScope,
  began: Date,
  after: AccountCursor | undefined,
  limit: number,
) => sql`
  with page as materialized (
    select id, appid, name, kind, fault is not null as faulty, held_at is not null as held
    from account
    where api_base is null ${ofScope(scope)} ${
      after === undefined
        ? sql``
        : sql`and ((fault is null and held_at is null), appid) > (${after.isWell}::boolean, ${after.appid}::text)`
    }
    order by (fault is null and held_at is null), appid limit ${limit}
  )
  select page.*, n.*
  from page cross join lateral (
    select count(distinct b.id)::integer as broadcasts, ${SUMS}
    from (
      select b.id from broadcast b
      where b.purpose = 'broadcast' and ${BEGUN} is not null
        and (b.account_id, ${BEGUN}) >= (page.id, ${began}::timestamptz)
        and (b.account_id, ${BEGUN}) <= (page.id, clock_now())
      order by b.account_id desc, ${BEGUN} desc, b.id desc limit ${MOST_BROADCASTS}
    ) b left join broadcast_counter c on c.broadcast_id = b.id
  ) n
  order by (not faulty and not held), appid`;
