import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { retryingDeadlocks } from '../../database/session/sqlstate.js';
import type { CollectedFormId } from './check-form-ids.js';
import { FORM_ID_LIFE_MS, IS_YOUNG, USES } from './form-id-life.js';
import type { FormIdCounts, FormIdStock } from './form-id-counts.js';
import type { MiniProgramTables } from '../record/mini-program.tables.js';

/** Deleted in one statement. */
const LOT = 10_000;
/** Kept for as long again, so that one which is brought anew without its time is known. */
const KEPT_DAYS = 14;

const isLive = sql<boolean>`state = 'live' and ${sql.raw(IS_YOUNG)}`;
const count = (which: ReturnType<typeof sql<boolean>>) =>
  sql<number>`(count(*) filter (where ${which}))::integer`;
const COUNTS = [
  count(sql`${isLive} and kind = 'form'`).as('forms'),
  count(sql`${isLive} and kind = 'prepay'`).as('prepayUses'),
  sql<Date | null>`min(collected_at) filter (where ${isLive})
    + make_interval(secs => ${FORM_ID_LIFE_MS / 1000})`.as('nextExpiryAt'),
] as const;

/** Statements on `form_id` beside the pool's. */
@Injectable()
export class FormIdRepository {
  readonly #db: Kysely<MiniProgramTables>;

  constructor(db: Kysely<MiniProgramTables>) {
    this.#db = db;
  }

  /** All or nothing. Answers how many form_ids are new; those we know, and whose they are, stay as they were. */
  async add(accountId: number, formIds: readonly CollectedFormId[]): Promise<number> {
    const { rows } = await retryingDeadlocks(() =>
      sql<{ stored: number }>`
        with stored as (
          insert into form_id (account_id, openid, form_id, kind, use, collected_at)
          select ${accountId}, c.openid, c.form_id, c.kind, 1, c.collected_at
          from unnest(
            ${formIds.map(({ openid }) => openid)}::text[],
            ${formIds.map(({ formId }) => formId)}::text[],
            ${formIds.map(({ kind }) => kind)}::text[],
            ${formIds.map(({ collectedAt }) => collectedAt.toISOString())}::timestamptz[]
          ) as c (openid, form_id, kind, collected_at)
          order by c.form_id collate "C"
          on conflict (account_id, form_id, use) do nothing
          returning account_id, openid, form_id, kind, collected_at
        ),
        -- of the new ones alone: one that is known may come again as another kind
        further as (
          insert into form_id (account_id, openid, form_id, kind, use, collected_at)
          select s.account_id, s.openid, s.form_id, s.kind, use, s.collected_at
          from stored s
          cross join generate_series(2, case s.kind when 'prepay' then ${USES.prepay}::integer else ${USES.form}::integer end) use
          -- an old one may be half deleted: its first use in one lot, the others in the next
          on conflict (account_id, form_id, use) do nothing
        )
        select count(*)::integer as stored from stored`.execute(this.#db),
    );
    return rows[0]?.stored ?? 0;
  }

  countsOfMany(accountId: number, after: string, limit: number): Promise<FormIdCounts[]> {
    return this.#db
      .selectFrom('formId')
      .select(['openid', ...COUNTS])
      .where('accountId', '=', accountId)
      .where('openid', '>', after)
      .where('state', '=', 'live')
      .where(isLive)
      .groupBy('openid')
      .orderBy('openid')
      .limit(limit)
      .execute();
  }

  async stockOf(accountId: number, openid: string): Promise<FormIdStock> {
    const row = await this.#db
      .selectFrom('formId')
      .select([
        ...COUNTS,
        count(sql`state = 'held'`).as('held'),
        count(sql`state = 'spent'`).as('spent'),
        count(sql`state = 'dropped'`).as('dropped'),
        count(sql`state = 'live' and not (${isLive})`).as('expired'),
      ])
      .where('accountId', '=', accountId)
      .where('openid', '=', openid)
      .executeTakeFirstOrThrow();
    return { openid, ...row };
  }

  /** Those that nobody can send with any more, nor bring anew by mistake. Answers how many it deleted. */
  async deleteExpired(): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      delete from form_id where id = any (array(
        select id from form_id
        where collected_at < clock_now() - make_interval(days => ${KEPT_DAYS})
        order by collected_at limit ${LOT}
        for update skip locked
      ))`.execute(this.#db);
    return Number(numAffectedRows);
  }
}
