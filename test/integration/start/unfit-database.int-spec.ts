import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { refuseUnfitDatabase } from '../../../src/database/unfit-database.js';
import { StartFault } from '../../../src/kernel/start-fault.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { freePorts } from '../../support/stores/free-ports.js';

describe('a database that the service cannot work on is refused in one sentence', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const name = `look_${randomBytes(4).toString('hex')}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`create role ${name} login password 'right'`);
  });
  afterAll(async () => {
    await admin.query(`drop owned by ${name}`);
    await admin.query(`drop role ${name}`);
    await admin.end();
    await database.drop();
  });

  const urlWith = (change: Partial<URL>): string =>
    Object.assign(new URL(database.url), change).href;
  const own = (): Partial<URL> => ({ username: name, password: 'right' });
  const owned = async (): Promise<void> => {
    const { rows } = await admin.query<{ current: string }>('select current_database() as current');
    await admin.query(`grant create on database "${rows[0]?.current}" to ${name}`);
    await admin.query(`grant all on schema public to ${name}`);
  };
  const needs = (connections: number, newSchema = true) => ({ connections, newSchema });
  const refusal = async (url: string, connections = 1): Promise<string> => {
    const error: unknown = await refuseUnfitDatabase(url, needs(connections)).catch(
      (e: unknown) => e,
    );
    if (!(error instanceof StartFault)) throw new Error(`it was not refused: ${String(error)}`);
    return error.message;
  };

  it('a database that the service cannot work on is taken where nothing is wrong', async () => {
    await expect(refuseUnfitDatabase(database.url, needs(40))).resolves.toBeUndefined();
    await owned();
    await expect(refuseUnfitDatabase(urlWith(own()), needs(40))).resolves.toBeUndefined();
  });

  it('a database that the service cannot work on is refused in one sentence for a wrong password', async () => {
    const message = await refusal(urlWith({ username: name, password: 'wrong' }));
    expect(message).toMatch(/^无法启动，.*密码.* Cannot start: .*password/);
    expect(message).not.toContain('wrong');
    expect(message).not.toContain('\n');
  });

  it('a database that the service cannot work on is refused in one sentence for a name that no database has', async () => {
    expect(await refusal(urlWith({ pathname: '/nowhere' }))).toContain('no such database');
  });

  it('a database that the service cannot work on is refused in one sentence for a port where nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    expect(await refusal(`postgres://me@127.0.0.1:${port}/x`)).toContain('refused');
  });

  it('a database that the service cannot work on is refused in one sentence for a host that does not exist', async () => {
    expect(await refusal('postgres://me@nobody.invalid/x')).toContain('cannot be resolved');
  });

  it.each([
    ['says nothing', () => {}],
    ['hangs up', (socket: Socket) => void socket.destroy()],
    ['speaks something else', (socket: Socket) => void socket.end('HTTP/1.1 400 No\r\n\r\n')],
  ])(
    'a database that the service cannot work on is refused in one sentence for a listener that %s',
    async (_, greet) => {
      const sockets: Socket[] = [];
      const server = createServer((socket) => {
        sockets.push(socket.on('error', () => {}));
        socket.once('data', () => greet(socket));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      expect(await refusal(`postgres://me@127.0.0.1:${port}/x`)).toMatch(
        /^无法启动，.* Cannot start/,
      );
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  );

  it('a database that the service cannot work on is refused in one sentence for an encoding that cannot hold Chinese', async () => {
    await admin.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    try {
      expect(await refusal(urlWith({ pathname: `/${name}` }))).toContain('LATIN1');
    } finally {
      await admin.query(`drop database ${name} with (force)`);
    }
  });

  it('a database that the service cannot work on is refused in one sentence for a database without our schema', async () => {
    await admin.query(`create database ${name} template template0 encoding 'UTF8'`);
    const url = urlWith({ pathname: `/${name}` });
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('drop schema public');
    await other.end();
    try {
      expect(await refusal(url)).toContain('schema "public"');
    } finally {
      await admin.query(`drop database ${name} with (force)`);
    }
  });

  it('a database that the service cannot work on is refused in one sentence for a user without rights', async () => {
    await admin.query(`drop owned by ${name}`);
    expect(await refusal(urlWith(own()))).toContain('GRANT');
    await admin.query(`grant all on schema public to ${name}`);
    expect(await refusal(urlWith(own()))).toContain('GRANT');
    // Beside Redis nobody makes a schema.
    await expect(refuseUnfitDatabase(urlWith(own()), needs(1, false))).resolves.toBeUndefined();
  });

  it('a database that the service cannot work on is refused in one sentence for being read-only', async () => {
    await owned();
    await admin.query(`alter role ${name} set default_transaction_read_only = on`);
    expect(await refusal(urlWith(own()))).toContain('read-only');
    await admin.query(`alter role ${name} reset default_transaction_read_only`);
  });

  it('a database that the service cannot work on is refused in one sentence for fewer connections than this process may take, naming both numbers', async () => {
    await owned();
    await admin.query(`alter role ${name} connection limit 12`);
    expect(await refusal(urlWith(own()), 20)).toMatch(/20 connections.* allow 12/);
    expect(await refusal(database.url, 100_000)).toContain('100000');
    await admin.query(`alter role ${name} connection limit 0`);
    expect(await refusal(urlWith(own()))).toMatch(/connection/);
    await admin.query(`alter role ${name} connection limit -1`);
  });
});
