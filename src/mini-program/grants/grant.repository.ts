import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { ACCEPTANCES_KEPT_DAYS } from './check-grants.js';
import type { MiniProgramTables } from '../record/mini-program.tables.js';

/** How many rows one statement deletes. */
const LOT = 10_000;

/** Statements on `template_grant` and `grant_acceptance`; the hot ones are in `grant.statements.ts`. */
@Injectable()
export class GrantRepository {
  readonly #db: Kysely<MiniProgramTables>;

  constructor(db: Kysely<MiniProgramTables>) {
    this.#db = db;
  }

  /** Deletes acceptances that no push names again. Answers how many. */
  async deleteOldAcceptances(): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      delete from grant_acceptance where ctid = any (array(
        select ctid from grant_acceptance
        where at < clock_now() - make_interval(days => ${ACCEPTANCES_KEPT_DAYS})
        order by at limit ${LOT}
        for update skip locked
      ))`.execute(this.#db);
    return Number(numAffectedRows);
  }

  /** Deletes grants that have been used up for so long. Answers how many. */
  async deleteSpent(): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      delete from template_grant where ctid = any (array(
        select ctid from template_grant
        where count = 0 and updated_at < clock_now() - make_interval(days => ${ACCEPTANCES_KEPT_DAYS})
        order by updated_at limit ${LOT}
        for update skip locked
      ))`.execute(this.#db);
    return Number(numAffectedRows);
  }
}
