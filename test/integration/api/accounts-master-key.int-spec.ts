import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { AccountSecrets } from '../../../src/accounts/account-secrets.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

const APPID = 'wx0123456789abcdef';
const oldKey = randomBytes(32);
const newKey = randomBytes(32);

describe('the master key', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  /** Starts the service with these master keys, and stops it. */
  const run = async <Result>(
    masterKeys: Buffer[],
    work: (api: ApiApp) => Promise<Result>,
  ): Promise<Result> => {
    const api = await startApi([AccountsApiModule], { databaseUrl: database.url, masterKeys });
    try {
      return await work(api);
    } finally {
      await api.close();
    }
  };
  const createAccount = (api: ApiApp) =>
    api.call('POST', '/v1/accounts', {
      appid: APPID,
      secret: 'the-app-secret',
      kind: 'service',
      name: 'one',
      callbackToken: 'CallbackToken1',
      callbackMode: 'plain',
    });
  const secretOf = async (api: ApiApp): Promise<string> => {
    const { id } = await api.app.get(AccountsService, { strict: false }).requireAccount(APPID);
    return await api.app.get(AccountSecrets, { strict: false }).secretOf(id);
  };

  it('the master key rotates: sealed anew at start under the first of the list, so the last can go', async () => {
    await run([oldKey], createAccount);
    expect(await run([newKey, oldKey], secretOf)).toBe('the-app-secret');
    expect(await run([newKey], secretOf)).toBe('the-app-secret');
    await expect(run([oldKey], secretOf)).rejects.toThrow('another master key');
  });

  it('the master key keeps a service from starting that it does not belong to, with what to do', async () => {
    await run([oldKey], createAccount);
    await expect(run([newKey], () => Promise.resolve())).rejects.toThrow(
      /sealed under another master key.*WEICAST_MASTER_KEY.*new,old/,
    );
    expect(await run([oldKey], secretOf)).toBe('the-app-secret');
  });

  it('the master key is settled before there is any account', async () => {
    await run([oldKey], () => Promise.resolve());
    await expect(run([newKey], () => Promise.resolve())).rejects.toThrow('another master key');
  });

  it('the master key may be first used by several processes at once', async () => {
    await Promise.all([1, 2, 3].map(() => run([oldKey], () => Promise.resolve())));
  });

  it('the master key opens no secret that was moved to another account', async () => {
    await run([oldKey], async (api) => {
      await createAccount(api);
      const db = new pg.Client({ connectionString: database.url });
      await db.connect();
      await db.query(`update account set appid = 'wxffffffffffffffff'`);
      await db.end();
    });
    await expect(run([oldKey], () => Promise.resolve())).rejects.toThrow('has been changed');
  });
});
