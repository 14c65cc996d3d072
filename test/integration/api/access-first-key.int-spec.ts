import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Kysely } from 'kysely';
import pg from 'pg';
import type { AccessTables } from '../../../src/access/access.tables.js';
import { ApiKeysService } from '../../../src/access/api-keys.service.js';
import { FirstKey } from '../../../src/access/first-key.js';
import { SessionsService } from '../../../src/access/sessions.service.js';
import { RolesConfig, SecretsConfig } from '../../../src/config/config.js';
import { kyselyOn } from '../../../src/database/dialect.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

const ALL = [{ appids: null, role: 'admin' }];
const API = new RolesConfig(true, true, true);
const WORKER = new RolesConfig(false, false, true);

describe('the key that an installation begins with', () => {
  beforeAll(() => Logger.overrideLogger(false));

  let database: TestDatabase;
  let db: Kysely<AccessTables>;
  let apiKeys: ApiKeysService;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = kyselyOn<AccessTables>(new pg.Pool({ connectionString: database.url, max: 4 }));
    apiKeys = new ApiKeysService(db);
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  /** What a start of the service prints. */
  const start = async (adminKey?: string, roles = API): Promise<string> => {
    let printed = '';
    const firstKey = new FirstKey(db, apiKeys, new SecretsConfig(adminKey, []), roles);
    await firstKey.onModuleInit();
    await firstKey.makeIfNone((banner) => {
      printed += banner;
    });
    return printed;
  };
  const keyIn = (banner: string): string => /^ {4}(wk_\w{49})$/m.exec(banner)?.[1] ?? '';
  const newKey = (): string => randomBytes(32).toString('hex');

  it('the key that an installation begins with is made and shown at the first start, never again, and kept as a hash', async () => {
    const key = keyIn(await start());

    expect(await apiKeys.callerWith(key)).toMatchObject({ name: 'bootstrap', grants: ALL });
    expect(await start()).toBe('');
    const rows = await db.selectFrom('apiKey').selectAll().execute();
    expect(rows.map(({ hash }) => hash.toString('latin1')).join()).not.toContain(key);
  });

  it('the key that an installation begins with is shown by one of several that start at once', async () => {
    const printed = await Promise.all([start(), start(), start()]);
    expect(printed.filter((banner) => banner !== '')).toHaveLength(1);
    expect(await apiKeys.callerWith(keyIn(printed.join('')))).toBeDefined();
  });

  it('the key that an installation begins with is not lost when the process dies before it could show it', async () => {
    const dying = new FirstKey(db, apiKeys, new SecretsConfig(undefined, []), API);
    const death = dying.makeIfNone(() => {
      throw new Error('killed');
    });
    await expect(death).rejects.toThrow('killed');

    expect(await apiKeys.callerWith(keyIn(await start()))).toBeDefined();
  });

  it('the key that an installation begins with is not made by a process that serves no API', async () => {
    expect(await start(undefined, WORKER)).toBe('');
    expect(await start()).not.toBe('');
  });

  it('the key that an installation begins with is the one of the environment, which is never printed', async () => {
    const key = newKey();
    expect(await start(key)).toBe('');
    expect(await apiKeys.callerWith(key)).toMatchObject({ grants: ALL });
    expect(await start(undefined)).toBe('');
    expect(await apiKeys.callerWith(key)).toBeDefined();
  });

  it('the key that an installation begins with ends, with its sessions, when the environment names another', async () => {
    const [former, latter] = [newKey(), newKey()];
    await start(former);
    const sessions = new SessionsService(db);
    const caller = await apiKeys.callerWith(former);
    if (caller === undefined) throw new Error('the key does not work');
    const { token } = await sessions.open(
      { apiKeyId: caller.id },
      { ip: '127.0.0.1', userAgent: undefined },
    );
    const lookUp = () => new SessionsService(db).lookUp(token);

    await start(former);
    expect(await lookUp()).toMatchObject({ caller: { id: caller.id } });
    await start(latter);
    expect(await lookUp()).toEqual({ ended: 'session_expired' });
    expect(await apiKeys.callerWith(former)).toBeUndefined();
    expect(await apiKeys.callerWith(latter)).toBeDefined();
  });
});
