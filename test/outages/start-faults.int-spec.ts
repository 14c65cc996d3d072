import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Kysely } from 'kysely';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { readEnvironment } from '../../src/config/environment.js';
import { Service } from '../../src/service.js';
import { createTestDatabase } from '../support/stores/database.js';
import { type Ended, endOfService } from '../support/worlds/service-process.js';

const MASTER = { WEICAST_MASTER_KEY: randomBytes(32).toString('base64') };
const isRoot = process.getuid?.() === 0;

/** A start that cannot work ends by itself, with what to do in both languages and with nothing else. */
describe('a start that cannot work says why, and ends', () => {
  let dir: string;
  let silent: Server;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'weicast-start-'));
    silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const expectPlain = ({ code, stdout, stderr }: Ended, words: RegExp): void => {
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/无法启动[^]*Cannot start/);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+/m); // no stack
    expect(`${stdout}${stderr}`).not.toContain('\u001b'); // no colours
    expect(stdout).toBe('');
    expect(code).toBe(1);
  };

  it('a start that cannot work says why, and ends, for a database that takes the connection and says nothing', async () => {
    const { port } = silent.address() as AddressInfo;
    const DATABASE_URL = `postgres://me:secret@127.0.0.1:${port}/weicast`;
    const end = await endOfService({ ...MASTER, DATABASE_URL });
    expectPlain(end, /does not answer/);
    expect(end.stderr).not.toContain('secret');
  });

  it('a start that cannot work says why, and ends, for a wrong password', async () => {
    const database = await createTestDatabase();
    const url = Object.assign(new URL(database.url), { password: 'wrong-password' });
    const end = await endOfService({ ...MASTER, DATABASE_URL: url.href });
    expectPlain(end, /refuses the user or the password/);
    expect(end.stderr).not.toContain('wrong-password');
    await database.drop();
  });

  it('a start that cannot work says why, and ends, for a pool larger than the database', async () => {
    const database = await createTestDatabase();
    const DATABASE_URL = `${database.url}?pool=999`;
    expectPlain(await endOfService({ ...MASTER, DATABASE_URL }), /may take \d+ connections/);
    await database.drop();
  });

  it('a start that cannot work says why, and ends, for another master key, found late, with nothing of the framework’s around it', async () => {
    const database = await createTestDatabase();
    const env = {
      ...MASTER,
      // Else the service would show a new key between jest's lines.
      WEICAST_ADMIN_KEY: randomBytes(24).toString('base64url'),
      DATABASE_URL: database.url,
      PORT: '0',
      LOG_LEVEL: 'silent',
    };
    const service = await Service.start(readEnvironment(env));
    await service.app.get(AccountsService, { strict: false }).create({
      appid: 'wx0123456789abcdef',
      secret: 'a-secret',
      kind: 'service',
      name: 'Test',
      callbackToken: 'token1',
      callbackMode: 'plain',
    });
    // What docs/operating.md says of connections is an upper bound.
    const { rows } = await service.app
      .get<Kysely<unknown>>(Kysely, { strict: false })
      .executeQuery<{ n: number }>(
        CompiledQuery.raw(
          'select count(*)::int as n from pg_stat_activity where datname = current_database()',
        ),
      );
    expect(rows[0]?.n).toBeLessThanOrEqual(74);
    await service.stop();

    const other = { WEICAST_MASTER_KEY: randomBytes(32).toString('base64') };
    const end = await endOfService({ ...env, ...other, LOG_LEVEL: 'info' });
    expectPlain(end, /sealed under another master key/);
    await database.drop();
  });

  it('a start that cannot work says why, and ends, for a malformed REDIS_URL', async () => {
    const end = await endOfService({ DATA_DIR: dir, REDIS_URL: 'redis://:secret@a,b' });
    expectPlain(end, /REDIS_URL: several hosts/);
    expect(end.stderr).not.toContain('secret');
  });

  it('a start that cannot work says why, and ends, for a key in quotes', async () => {
    const WEICAST_ADMIN_KEY = `"${randomBytes(24).toString('hex')}"`;
    const end = await endOfService({ DATA_DIR: dir, WEICAST_ADMIN_KEY });
    expectPlain(end, /WEICAST_ADMIN_KEY: .*quotes/);
    expect(end.stderr).not.toContain(WEICAST_ADMIN_KEY.slice(1, -1));
  });

  it('a start that cannot work says why, and ends, for a DATA_DIR that cannot be made', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expectPlain(await endOfService({ DATA_DIR: join(file, 'data') }), /DATA_DIR/);
  });

  it('a start that cannot work says why, and ends, for too few open files', async () => {
    const database = await createTestDatabase();
    const env = { ...MASTER, DATABASE_URL: database.url, SEND_CONCURRENCY: '2000' };
    const end = await endOfService(env, 'ulimit -n 512;');
    expectPlain(end, /may open 512 files \(nofile\), and SEND_CONCURRENCY=2000 needs 2\d\d\d/);
    await database.drop();
  });

  // Only root may become a user whom nobody knows, or one who may not write.
  (isRoot ? describe : describe.skip)('as another user', () => {
    const stranger = { uid: 54_321, gid: 54_321 };

    it('a start that cannot work says why, and ends, for a user without a name, on the embedded database', async () => {
      const own = mkdtempSync(join(dir, 'own-'));
      for (const path of [dir, own]) chownSync(path, stranger.uid, stranger.gid);
      expectPlain(await endOfService({ DATA_DIR: own }, '', stranger), /knows no user 54321/);
    });

    it('a start that cannot work says why, and ends, for a DATA_DIR that it may not write', async () => {
      const closed = mkdtempSync(join(dir, 'closed-'));
      chownSync(closed, 0, 0);
      const end = await endOfService({ DATA_DIR: join(closed, 'data') }, '', stranger);
      expectPlain(end, /EACCES/);
    });
  });
});
