import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { HotSql } from '../../database/hot-sql.js';
import { longTransaction } from '../../database/long-transaction.js';
import { ADVANCE, LINES_OF, PUT_FAILURES, PUT_ROWS } from '../record/upload.statements.js';
import type { Found, KeptProblem, UploadTables } from '../record/upload.tables.js';
import type { UploadRow } from '../record/upload.repository.js';
import type { StoredPage } from './thread-messages.js';

/** Who has taken an upload up: its writes count only while the row still says the same. */
export type Taken = Pick<UploadRow, 'id' | 'turn'>;

/** Longer than a worker is silent that is on it. */
const SILENCE = '30 seconds';

/** The worker that was on it is not any more: another one is, or somebody has decided otherwise. */
export class NotMine extends Error {}

/** Statements of workers on uploads. */
@Injectable()
export class WorkRepository {
  readonly #db: Kysely<UploadTables>;
  readonly #hot: HotSql;

  constructor(db: Kysely<UploadTables>, hot: HotSql) {
    this.#db = db;
    this.#hot = hot;
  }

  /** Takes the oldest that nobody is on; each caller gets another one. */
  async take(state: 'received' | 'importing'): Promise<UploadRow | undefined> {
    const { rows } = await sql<UploadRow>`
      update upload set turn = turn + 1, tries = tries + 1, alive_at = clock_now(),
        taken_at = coalesce(taken_at, clock_now())
      where id = (
        select id from upload
        where state = ${state} and account_id is not null and removed_at is null
          and (alive_at is null or alive_at < clock_now() - ${SILENCE}::interval)
        order by id limit 1 for update skip locked
      )
      returning id, account_id, turn, tries, state, auto_import, size, told, found, rows, usable,
        followers`.execute(this.#db);
    return rows[0];
  }

  /** Whether there is one that nobody is on. */
  async isWaiting(state: 'received' | 'importing'): Promise<boolean> {
    const row = await this.#db
      .selectFrom('upload')
      .select('id')
      .where('state', '=', state)
      .where('accountId', 'is not', null)
      .where('removedAt', 'is', null)
      .where(sql<boolean>`(alive_at is null or alive_at < clock_now() - ${SILENCE}::interval)`)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async keepAlive({ id, turn }: Taken): Promise<void> {
    await sql`update upload set alive_at = clock_now() where id = ${id} and turn = ${turn}`.execute(
      this.#db,
    );
  }

  /** For another worker, which may go on at once. */
  async leave({ id, turn }: Taken): Promise<void> {
    await sql`
      update upload set alive_at = null, tries = tries - 1
      where id = ${id} and turn = ${turn} and state in ('received', 'importing')`.execute(this.#db);
  }

  /** A range of the bytes, out of the parts in which it lies. */
  async read(id: string, partBytes: number, offset: number, length: number): Promise<Buffer> {
    const first = Math.floor(offset / partBytes);
    const last = Math.floor((offset + length - 1) / partBytes);
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from upload_part
      where upload_id = ${id} and no between ${first} and ${last} order by no`.execute(this.#db);
    const from = offset - first * partBytes;
    const all = rows.length === 1 ? rows[0]?.bytes : Buffer.concat(rows.map(({ bytes }) => bytes));
    const range = all?.subarray(from, from + length);
    if (range?.length !== length) throw new NotMine(`the bytes of upload ${id} are gone`);
    return range;
  }

  /** What was found. It is imported at once where that was asked for and nothing stands in the way. */
  async preview(
    { id, turn }: Taken,
    found: Found,
    problem: KeptProblem | undefined,
  ): Promise<void> {
    const goesOn = problem === undefined;
    await sql`
      update upload set found = ${JSON.stringify(found)}::jsonb,
        problem = ${problem === undefined ? null : JSON.stringify(problem)}::jsonb,
        state = case when not auto_import then 'previewed' when ${goesOn} then 'importing' else 'failed' end,
        asked_at = case when auto_import and ${goesOn} then clock_now() end,
        alive_at = null, taken_at = null, tries = 0
      where id = ${id} and turn = ${turn} and state = 'received'`.execute(this.#db);
  }

  async fail({ id, turn }: Taken, problem: KeptProblem): Promise<void> {
    await sql`
      update upload set state = 'failed', problem = ${JSON.stringify(problem)}::jsonb, alive_at = null
      where id = ${id} and turn = ${turn} and state in ('received', 'importing')`.execute(this.#db);
  }

  async known(id: string, openids: readonly string[]): Promise<Map<string, number>> {
    if (openids.length === 0) return new Map();
    const rows = await this.#hot.query<{ openid: string; line: number }>(LINES_OF, [id, openids]);
    return new Map(rows.map(({ openid, line }) => [openid, line]));
  }

  /** A page of rows, and the cursor behind it, in one transaction: neither is kept without the other. */
  async store(
    { id, turn }: Taken,
    done: number,
    page: StoredPage,
    followers: number | null,
  ): Promise<void> {
    const { upto, openids, lines, cells, failed, duplicates, failures } = page;
    await this.#hot.transaction(async (tx) => {
      const counts = [openids.length, failed, duplicates, followers];
      const moved = await tx.query(ADVANCE, [id, turn, done, upto, ...counts]);
      if (moved.length === 0) throw new NotMine(`upload ${id} is another worker's`);
      if (openids.length > 0) await tx.query(PUT_ROWS, [id, openids, lines, cells]);
      if (failures !== '') await tx.query(PUT_FAILURES, [id, upto, failed + duplicates, failures]);
    });
  }

  /** Followers are counted from here on, if anybody knows who follows. */
  async countFollowers({ id, turn }: Taken, known: boolean): Promise<void> {
    await sql`
      update upload set followers = ${known ? 0 : null}::integer
      where id = ${id} and turn = ${turn} and rows = 0`.execute(this.#db);
  }

  /** It is whole, and can be used. */
  async finish({ id, turn }: Taken, warnings: readonly KeptProblem[]): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update upload set state = 'ready', imported_at = clock_now(), alive_at = null,
        warnings = ${JSON.stringify(warnings)}::jsonb
      where id = ${id} and turn = ${turn} and state = 'importing' and removed_at is null`.execute(
      this.#db,
    );
    return numAffectedRows === 1n;
  }

  /** Openids that differ in case only: how many groups there are, and the lines of one. */
  async twins(id: string): Promise<{ count: number; first: number; second: number } | undefined> {
    return longTransaction(this.#db, TWINS_SECONDS, async (tx) => {
      const { rows } = await sql<{ count: number; first: number; second: number }>`
        with twins as (
          select min(line) as first, max(line) as second from upload_row
          where upload_id = ${id} group by lower(openid) having count(*) > 1
        )
        select count(*)::integer as count, min(first) as first,
          (array_agg(second order by first))[1] as second
        from twins`.execute(tx);
      const [found] = rows;
      return found === undefined || found.count === 0 ? undefined : found;
    });
  }

  /** A table that has grown by so much is planned for as it is. */
  async analyze(): Promise<void> {
    await longTransaction(this.#db, TWINS_SECONDS, (tx) => sql`analyze upload_row`.execute(tx));
  }
}

const TWINS_SECONDS = 600;
