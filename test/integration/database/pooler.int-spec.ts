import { createServer, connect, type Server, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { refusePooler } from '../../../src/database/session/pooler-check.js';
import { sessionOn } from '../../../src/database/session/session.js';
import { SafeClient } from '../../../src/database/session/safe-client.js';
import { StartFault } from '../../../src/kernel/start-fault.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';
import { TransactionPooler } from '../../support/stores/transaction-pooler.js';

describe('a pooler between the service and its database', () => {
  let database: TestDatabase;
  const at = (port: number): string => {
    const url = new URL(database.url);
    url.hostname = '127.0.0.1';
    url.port = String(port);
    return url.href;
  };
  beforeEach(async () => (database = await createTestDatabase()));
  afterEach(() => database.drop());

  it('a pooler between the service and its database is not suspected where there is none', async () => {
    await expect(refusePooler(database.url)).resolves.toBeUndefined();
  });

  it('a pooler between the service and its database is refused by name when it lends connections by transaction', async () => {
    const pooler = await TransactionPooler.open(Number(new URL(database.url).port));
    await expect(refusePooler(at(pooler.port))).rejects.toThrow(
      /连接池.*DATABASE_URL.*PgBouncer.*docs\/operating\.md/,
    );
    await expect(refusePooler(at(pooler.port))).rejects.toBeInstanceOf(StartFault);
    await pooler.close();
  });

  it('a pooler between the service and its database is refused by name when it drops the settings of a session', async () => {
    const dropping = await openDropping(Number(new URL(database.url).port));
    const { port } = dropping.address() as AddressInfo;
    await expect(refusePooler(at(port))).rejects.toThrow(
      /设为“.*连接池.*was set to ".*" and is ".*PgBouncer/,
    );
    dropping.close();
  });
});

describe('a session', () => {
  let database: TestDatabase;
  beforeEach(async () => (database = await createTestDatabase()));
  afterEach(() => database.drop());

  it('a session is as we need it, whatever the address or the database say', async () => {
    const url = new URL(database.url);
    url.searchParams.set(
      'options',
      '-c datestyle=SQL -c search_path=elsewhere -c client_encoding=latin1 -c statement_timeout=0 -c weicast.theirs=kept',
    );
    url.searchParams.set('statement_timeout', '0');
    const admin = new SafeClient({ connectionString: database.url });
    await admin.connect();
    const name = url.pathname.slice(1);
    await admin.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    await admin.query(`alter database ${name} set timezone = 'Asia/Shanghai'`);
    await admin.query(`alter database ${name} set search_path = elsewhere`);
    await admin.query(`alter database ${name} set synchronous_commit = off`);
    await admin.query(`alter database ${name} set standard_conforming_strings = off`);
    await admin.query(`alter database ${name} set lock_timeout = 1`);
    await admin.end();

    const client = new SafeClient(sessionOn(url.href, 'hot'));
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('statement_timeout') as statement,
        current_setting('transaction_isolation') as isolation, current_setting('timezone') as zone,
        current_setting('datestyle') as dates, current_setting('weicast.theirs') as theirs,
        current_setting('idle_in_transaction_session_timeout') as idle,
        current_setting('search_path') as path, current_setting('synchronous_commit') as durable,
        current_setting('standard_conforming_strings') as strings, current_setting('lock_timeout') as lock,
        current_setting('client_encoding') as encoding,
        current_setting('client_connection_check_interval') as check,
        current_setting('tcp_user_timeout') as acknowledged, current_setting('tcp_keepalives_idle') as alive`,
    );
    expect(rows).toEqual([
      {
        statement: '8s',
        isolation: 'read committed',
        zone: 'UTC',
        dates: 'ISO, MDY',
        theirs: 'kept',
        idle: '6s',
        path: 'public',
        durable: 'on',
        strings: 'on',
        lock: '0',
        encoding: 'UTF8',
        check: '2s',
        acknowledged: '10000',
        alive: '5',
      },
    ]);
    await client.end();
  });
});

/** Passes everything on but `options`, as PgBouncer does where it is told to ignore them. */
async function openDropping(target: number): Promise<Server> {
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    client.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => client.destroy());
    upstream.pipe(client);
    client.once('data', (chunk: Buffer) => {
      upstream.write(withoutOptions(chunk));
      client.pipe(upstream);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function withoutOptions(startup: Buffer): Buffer {
  const words = startup.subarray(8).toString('latin1').split('\0');
  const at = words.indexOf('options');
  words.splice(at, 2);
  const body = Buffer.from(words.join('\0'), 'latin1');
  const head = Buffer.from(startup.subarray(0, 8));
  head.writeUInt32BE(body.length + 8, 0);
  return Buffer.concat([head, body]);
}
