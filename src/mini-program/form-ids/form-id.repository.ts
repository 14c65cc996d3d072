import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { retryingDeadlocks } from '../../database/session/sqlstate.js';
import type { Openid } from '../../kernel/ids.js';
import type { CollectedFormId } from './check-form-ids.js';
import { FORM_ID_LIFE_MS, IS_YOUNG, USES } from './form-id-life.js';
import type { MiniProgramTables } from '../record/mini-program.tables.js';

/** How many messages somebody's form_ids allow now. */
export interface FormIdCounts {
  readonly openid: Openid;
  readonly forms: number;
  readonly prepayUses: number;
  readonly nextExpiryAt: Date | null;
}

/** With what became of their other form_ids. */
export interface FormIdStock extends FormIdCounts {
  readonly held: number;
  readonly spent: number;
  readonly dropped: number;
  readonly expired: number;
}

/** How many rows one statement deletes. */
const LOT = 10_000;
/** Twice a form_id's life: we still know one that is collected a second time without its time. */
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

/** Statements on `form_id`; those of the pool are in `form-id.statements.ts`. */
@Injectable()
export class FormIdRepository {
  readonly #db: Kysely<MiniProgramTables>;

  constructor(db: Kysely<MiniProgramTables>) {
    this.#db = db;
  }

  /** Stores all or nothing. Answers how many form_ids are new; known ones stay as they are, and their openid's. */
  add(accountId: number, formIds: readonly CollectedFormId[]): Promise<number> {
    return retryingDeadlocks(() =>
      inTransaction(this.#db, async (tx, audit) => {
        const { rows } = await insertNew(accountId, formIds).execute(tx);
        const stored = rows[0]?.stored ?? 0;
        if (stored > 0)
          audit({
            action: 'form_id.add',
            target: { kind: 'form_id' },
            accountId,
            after: { stored },
          });
        return stored;
      }),
    );
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

  /** Deletes form_ids so old that nobody can send with them or collect them again by mistake. Answers how many. */
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

const insertNew = (accountId: number, formIds: readonly CollectedFormId[]) => sql<{
  stored: number;
}>`
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
        -- further uses for new ones alone: a known form_id may come again as another kind
        further as (
          insert into form_id (account_id, openid, form_id, kind, use, collected_at)
          select s.account_id, s.openid, s.form_id, s.kind, use, s.collected_at
          from stored s
          cross join generate_series(2, case s.kind when 'prepay' then ${USES.prepay}::integer else ${USES.form}::integer end) use
          -- an old one may be half deleted: its first use in one lot, the others in the next
          on conflict (account_id, form_id, use) do nothing
        )
        select count(*)::integer as stored from stored`;
