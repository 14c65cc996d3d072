import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { ACCEPTANCES_KEPT_DAYS } from './acceptance-life.js';
import type { MiniProgramTables } from '../record/mini-program.tables.js';

/** Deleted in one statement. */
const LOT = 10_000;

/** Statements on `template_grant` and `grant_acceptance` beside the hot ones. */
@Injectable()
export class GrantRepository {
  readonly #db: Kysely<MiniProgramTables>;

  constructor(db: Kysely<MiniProgramTables>) {
    this.#db = db;
  }

  /** Acceptances that no push will name again. Answers how many it deleted. */
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

  /** Those of which nothing has been left for so long. Answers how many it deleted. */
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
