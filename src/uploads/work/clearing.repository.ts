import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { HotSql } from '../../database/hot-sql.js';
import { IS_SOURCE } from '../record/upload-in-use.js';
import { CLEAR_FAILURES, CLEAR_ROWS } from '../record/upload.statements.js';
import type { UploadTables } from '../record/upload.tables.js';

/** Takes away what nobody reads any more. Each statement may be done again by anybody. */
@Injectable()
export class ClearingRepository {
  readonly #db: Kysely<UploadTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<UploadTables>, hot: HotSql) {
    this.#db = db;
    this.#hot = hot;
  }

  /** What was read of an upload, a commit for each ten thousand rows. */
  async clearRows(id: string): Promise<void> {
    for (const statement of [CLEAR_ROWS, CLEAR_FAILURES])
      while ((await this.#hot.query(statement, [id])).length > 0);
  }

  /** Whoever sends one is silent for so long only where its connection or its process is gone. */
  async breakOffSilent(silence: string): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      update upload set state = 'failed', alive_at = null,
        problem = '{"code":"broken_off","params":{}}'::jsonb
      where state = 'receiving' and alive_at < clock_now() - ${silence}::interval`.execute(
      this.#db,
    );
    return Number(numAffectedRows);
  }

  /** Nobody reads what is older than `days`, unless a broadcast still will; its rows go next. */
  async purgeOlderThan(days: number): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select id from upload
        where purged_at is null and cleared_at is null and state <> 'receiving'
          and coalesce(imported_at, created_at) < clock_now() - make_interval(days => ${days})
        order by id for update skip locked`.execute(tx);
      await sql`
        update upload set purged_at = clock_now(), turn = turn + 1
        where id = any (${rows.map(({ id }) => id)}::uuid[]) and not ${IS_SOURCE}`.execute(tx);
    });
  }

  /** Purged ones, and those whose account is gone. */
  async uncleared(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from upload
      where cleared_at is null and (purged_at is not null or account_id is null)
      order by id limit 100`.execute(this.#db);
    return rows.map(({ id }) => id);
  }

  /** All of it is gone; of a removed one the row too. */
  async noteCleared(id: string): Promise<void> {
    await sql`
      with gone as (
        delete from upload where id = ${id} and (removed_at is not null or account_id is null)
        returning id
      )
      update upload set cleared_at = clock_now(), parts_cleared_at = coalesce(parts_cleared_at, clock_now())
      where id = ${id} and not exists (select from gone)`.execute(this.#db);
  }

  /** The bytes of what was imported a day ago, or broke off. */
  async withIdleParts(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from upload
      where parts_cleared_at is null and cleared_at is null and (
        (state = 'ready' and imported_at < clock_now() - interval '1 day')
        or (state = 'failed' and problem ->> 'code' = 'broken_off'))
      order by id limit 100`.execute(this.#db);
    return rows.map(({ id }) => id);
  }

  async clearParts(id: string): Promise<void> {
    await this.#db.deleteFrom('uploadPart').where('uploadId', '=', id).execute();
    await sql`
      update upload set parts_cleared_at = clock_now()
      where id = ${id} and parts_cleared_at is null`.execute(this.#db);
  }
}
