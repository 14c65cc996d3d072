import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { AccountSealing } from '../../../src/accounts/account-sealing.js';
import { AccountSecrets } from '../../../src/accounts/account-secrets.js';
import { AccountRepository } from '../../../src/accounts/account.repository.js';
import type { AccountTables } from '../../../src/accounts/account.tables.js';
import { Sealer } from '../../../src/accounts/seal.js';
import { SecretsConfig } from '../../../src/config/config.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

const APPID = 'wx0123456789abcdef';

describe('the keys for WeChat’s pushes', () => {
  const sealer = new Sealer(new SecretsConfig(undefined, [randomBytes(32)]));
  const sealing = new AccountSealing(sealer, APPID);
  beforeAll(() => Logger.overrideLogger(false));

  let database: TestDatabase;
  let db: Kysely<AccountTables>;
  let secrets: AccountSecrets;
  let statements: { asked: number; failed: number };

  beforeEach(async () => {
    database = await createTestDatabase();
    statements = { asked: 0, failed: 0 };
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => {});
    db = new Kysely<AccountTables>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
      log: ({ level }) => void statements[level === 'error' ? 'failed' : 'asked']++,
    });
    await db
      .insertInto('account')
      .values({
        appid: APPID,
        kind: 'service',
        name: 'one',
        callbackMode: 'plain',
        tokenMode: 'stable',
        sealedSecret: sealing.seal('sealedSecret', 'secret'),
        sealedCallbackToken: sealing.seal('sealedCallbackToken', 'token1'),
      })
      .execute();
    secrets = new AccountSecrets(new AccountRepository(db), sealer);
    statements = { asked: 0, failed: 0 };
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  const tokens = async (options?: { maxAgeMs: number }) =>
    (await secrets.callbackKeys(APPID, options))?.tokens;

  it('the keys for WeChat’s pushes are read once, however many pushes come, for unknown accounts too', async () => {
    await Promise.all(Array.from({ length: 500 }, () => tokens()));
    expect(statements.asked).toBe(1);

    const startedAt = performance.now();
    for (let i = 0; i < 500; i++) await secrets.callbackKeys(`wx${randomBytes(8).toString('hex')}`);
    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    expect(statements.asked).toBeLessThanOrEqual(1 + seconds);
  });

  it('the keys for WeChat’s pushes are read again for one who is about to refuse a signature', async () => {
    expect(await tokens()).toEqual(['token1']);
    await db
      .updateTable('account')
      .set({ sealedCallbackToken: sealing.seal('sealedCallbackToken', 'token2') })
      .execute();

    expect(await tokens()).toEqual(['token1']);
    while ((await tokens({ maxAgeMs: 1_000 }))?.[0] !== 'token2') await sleep(20);
  });

  it('the keys for WeChat’s pushes serve on while the database is away', async () => {
    await tokens();
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    await pool.query('alter table account rename to gone');
    await pool.end();

    while (statements.failed === 0) {
      expect(await tokens({ maxAgeMs: 1_000 })).toEqual(['token1']);
      await sleep(20);
    }
    expect(await tokens({ maxAgeMs: 1_000 })).toEqual(['token1']);
  });

  it('the keys for WeChat’s pushes serve on while the database hangs', async () => {
    await tokens();
    const lock = new pg.Client({ connectionString: database.url });
    await lock.connect();
    await lock.query('begin; lock table account in access exclusive mode');
    // pg_locks tells of every database of the server, and other suites wait in theirs.
    const readers = async (): Promise<number> =>
      (
        await lock.query(`select from pg_locks join pg_database d on d.oid = database
          where datname = current_database() and not granted`)
      ).rowCount ?? 0;

    while ((await readers()) === 0) {
      expect(await tokens({ maxAgeMs: 1_000 })).toEqual(['token1']);
      await sleep(20);
    }
    expect(await tokens({ maxAgeMs: 1_000 })).toEqual(['token1']);
    expect(await readers()).toBe(1);
    await lock.end();
  });

  it('the keys for WeChat’s pushes say that the database is away when they have never been read', async () => {
    await database.drop();
    await expect(tokens()).rejects.toThrow();
  });

  it('the keys for WeChat’s pushes of one account do not suffer from another’s that do not open', async () => {
    await db
      .insertInto('account')
      .values({
        appid: 'wx00000000000000aa',
        kind: 'service',
        name: 'another',
        callbackMode: 'plain',
        tokenMode: 'stable',
        sealedSecret: randomBytes(64),
        sealedCallbackToken: randomBytes(64),
      })
      .execute();
    expect(await tokens()).toEqual(['token1']);
    expect(await secrets.callbackKeys('wx00000000000000aa')).toBeUndefined();
  });
});
