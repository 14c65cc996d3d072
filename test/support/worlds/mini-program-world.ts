import type { TestingModule } from '@nestjs/testing';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import { HOT_OPTIONS, HotSql } from '../../../src/database/hot-sql.js';
import { FormIdClaims } from '../../../src/mini-program/form-ids/form-id-claims.js';
import { FormIdPool } from '../../../src/mini-program/form-ids/form-id-pool.js';
import { FormIdRepository } from '../../../src/mini-program/form-ids/form-id.repository.js';
import { GrantEvents } from '../../../src/mini-program/grants/grant-events.js';
import { GrantRepository } from '../../../src/mini-program/grants/grant.repository.js';
import { Grants } from '../../../src/mini-program/grants/grants.js';
import type {
  FormIdKind,
  MiniProgramTables,
} from '../../../src/mini-program/record/mini-program.tables.js';
import { createTestDatabase, type TestDatabase } from '../stores/database.js';
import { testConfig } from './test-config.js';
import { wireClasses } from './wired.js';

/** Grants and form_ids of one mini program on a database of their own, with as many workers as a test wants. */
export class MiniProgramWorld {
  readonly hot: HotSql;
  readonly grants: Grants;
  readonly grantEvents: GrantEvents;
  readonly grantRows: GrantRepository;
  readonly formIds: FormIdRepository;
  readonly claims: FormIdClaims;
  readonly #pools: pg.Pool[] = [];
  readonly #database: TestDatabase;

  private constructor(
    database: TestDatabase,
    readonly db: Kysely<MiniProgramTables>,
    readonly pool: pg.Pool,
    readonly accountId: number,
    parts: TestingModule,
  ) {
    this.#database = database;
    this.hot = parts.get(HotSql);
    this.grants = parts.get(Grants);
    this.grantEvents = parts.get(GrantEvents);
    this.grantRows = parts.get(GrantRepository);
    this.formIds = parts.get(FormIdRepository);
    this.claims = parts.get(FormIdClaims);
  }

  static async open(): Promise<MiniProgramWorld> {
    const database = await createTestDatabase();
    const db = kyselyOn<MiniProgramTables>(poolOf(database, clockOption(0), 5));
    const accountId = await addMiniProgram(db, 'wx0000000000000001');
    const pool = hotPoolOf(database);
    const parts = await wireClasses(testConfig({}), { db, hot: new HotSql(pool) }, [
      Grants,
      GrantEvents,
      GrantRepository,
      FormIdRepository,
      FormIdClaims,
    ]);
    return new MiniProgramWorld(database, db, pool, accountId, parts);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await Promise.all([this.pool, ...this.#pools].map((pool) => pool.end()));
    await this.#database.drop();
  }

  /** Another worker's pool of form_ids, with connections and a coalescer of its own. */
  worker(): FormIdPool {
    const pool = hotPoolOf(this.#database);
    this.#pools.push(pool);
    return new FormIdPool(new HotSql(pool));
  }

  /** @param hoursAgo when it was collected */
  async collect(openid: string, formId: string, hoursAgo = 0, kind: FormIdKind = 'form') {
    const collectedAt = new Date(Date.now() - hoursAgo * 3_600_000);
    await this.formIds.add(this.accountId, [{ openid, formId, kind, collectedAt }]);
  }

  async states(): Promise<Record<string, string[]>> {
    const rows = await this.db
      .selectFrom('formId')
      .select(['formId', 'state'])
      .orderBy('formId')
      .orderBy('use')
      .execute();
    return rows.reduce<Record<string, string[]>>(
      (states, { formId, state }) => ({ ...states, [formId]: [...(states[formId] ?? []), state] }),
      {},
    );
  }
}

async function addMiniProgram(db: Kysely<MiniProgramTables>, appid: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
    values (${appid}, 'mini_program', 'test', 'plain', 'stable', 'x', 'x')
    returning id`.execute(db);
  return rows[0]?.id ?? 0;
}

const hotPoolOf = (database: TestDatabase): pg.Pool =>
  poolOf(database, `${clockOption(0)} ${HOT_OPTIONS}`, 3);

const poolOf = ({ url }: TestDatabase, options: string, max: number): pg.Pool =>
  // Dropping the database ends connections that are still closing.
  new pg.Pool({ connectionString: url, max, options }).on('error', () => {});
