import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { DeliveryPartitions } from '../../../src/broadcast/engine/storage/delivery-partitions.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { RestoredDatabase } from '../../../src/broadcast/engine/storage/restored-database.js';
import { DatabaseIdentity } from '../../../src/database/identity/database-identity.js';
import { clockOption, kyselyOn } from '../../../src/database/dialect.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/database/embedded/embedded-postgres.js';
import { migrateToLatest } from '../../../src/database/migrations/migrator.js';
import { Clock } from '../../../src/kernel/clock.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { createTestDatabase, type TestDatabase } from '../../support/stores/database.js';

/** One process of ours: what it remembers outlives its connections. */
class OurProcess {
  readonly identity = new DatabaseIdentity();
  readonly engine = new RestoredDatabase(this.identity);
  readonly #pools: pg.Pool[] = [];

  /** New connections, to wherever the database is now. */
  connect(url: string): Kysely<BroadcastTables> {
    const pool = new pg.Pool({
      connectionString: url,
      max: 2,
      options: clockOption(0),
      // oxlint-disable-next-line no-misused-promises -- the pool's types do not say that it awaits
      onConnect: (client) => this.identity.check(client),
    });
    pool.on('error', () => {});
    this.#pools.push(pool);
    this.identity.usePool(pool);
    return kyselyOn<BroadcastTables>(pool);
  }

  async end(): Promise<void> {
    for (const pool of this.#pools.splice(0)) await pool.end();
  }
}

const BROADCASTS = ['running', 'paused', 'scheduled', 'draft', 'finished'] as const;

/** A broadcast in each state; `paused` runs with a hold of its operator. */
async function fill(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1, options: clockOption(0) });
  const db = kyselyOn<BroadcastTables>(pool);
  await new DeliveryPartitions(db, new Clock()).ensure();
  await sql`
    insert into account (id, appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token)
    overriding system value values (1, 'wx1', 'service', 'test', 'plain', 'stable', 'x', 'x')`.execute(
    db,
  );
  for (const name of BROADCASTS) {
    const state = name === 'paused' ? 'running' : name;
    await sql`
      insert into broadcast (id, name, account_id, channel, template_id, message, audience, state, created_at,
        started_at, closed_at)
      values (${newBroadcastId(new Date())}, ${name}, 1, 'template', 't', '{"fields":{}}', '{"kind":"all"}',
        ${state}::broadcast_state, now(), case when ${state} in ('running', 'finished') then now() end,
        case when ${state} = 'finished' then now() end)`.execute(db);
  }
  const { id } = await db
    .selectFrom('broadcast')
    .select('id')
    .where('name', '=', 'paused')
    .executeTakeFirstOrThrow();
  await new Holds(db).hold(id, { reason: 'operator' });
  await db.destroy();
}

/** Names of the broadcasts that are held as `restored`. */
const restored = async (db: Kysely<BroadcastTables>): Promise<(string | null)[]> => {
  const rows = await db
    .selectFrom('broadcastHold as h')
    .innerJoin('broadcast as b', 'b.id', 'h.broadcastId')
    .select('b.name')
    .where('h.reason', '=', 'restored')
    .orderBy('b.name')
    .execute();
  return rows.map(({ name }) => name);
};
const HELD = ['paused', 'running', 'scheduled'];

describe('a database in the place of ours', () => {
  let database: TestDatabase;
  let ours: OurProcess;
  const others: OurProcess[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
    await fill(database.url);
    ours = new OurProcess();
  });
  afterEach(async () => {
    await ours.end();
    for (const other of others.splice(0)) await other.end();
    await database.drop();
  });
  const another = (): OurProcess => {
    const other = new OurProcess();
    others.push(other);
    return other;
  };
  /** As a restore from a dump leaves it: the same rows in a table that was made anew. */
  const reload = (db: Kysely<BroadcastTables>) =>
    sql`update database_identity set delivery_oid = delivery_oid - 1`.execute(db);

  it('a database in the place of ours is not suspected at the first start, nor on any later connection', async () => {
    expect(await restored(ours.connect(database.url))).toEqual([]);
    expect(await restored(ours.connect(database.url))).toEqual([]);
    await ours.engine.run();
    expect(await restored(another().connect(database.url))).toEqual([]);
  });

  it('a database in the place of ours is told by a table that was made anew: all that runs or will run by itself is held', async () => {
    await sql`select`.execute(ours.connect(database.url));
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query('drop table delivery');
    await admin.query(
      'create table delivery (broadcast_id uuid) partition by range (broadcast_id)',
    );
    await admin.end();

    const db = ours.connect(database.url);
    expect(await restored(db)).toEqual(HELD);
    const { detail, code } = await db
      .selectFrom('broadcastHold')
      .select(['detail', 'code'])
      .where('reason', '=', 'restored')
      .executeTakeFirstOrThrow();
    expect(code).toBe('database_replaced');
    expect(detail).toContain('deliveryOid');
    const events = await db.selectFrom('broadcastEvent').select('data').execute();
    expect(events.filter(({ data }) => data['reason'] === 'restored')).toHaveLength(HELD.length);
  });

  it.each(['system_identifier', 'timeline', 'database_oid'])(
    'a database in the place of ours is told by another %s, by a process that starts as well',
    async (sign) => {
      await sql`select`.execute(another().connect(database.url));
      const db = another().connect(database.url);
      await sql`update database_identity set ${sql.ref(sign)} = '7'`.execute(db);
      expect(await restored(ours.connect(database.url))).toEqual(HELD);
    },
  );

  it('a database in the place of ours is held for once, by whichever process is first; a person lifts it', async () => {
    const processes = [ours, another(), another(), another()];
    const dbs = processes.map((process) => process.connect(database.url));
    await Promise.all(dbs.map((db) => sql`select`.execute(db)));
    await reload(dbs[0]!);

    const again = [another(), another(), another()].map((process) => process.connect(database.url));
    const seen = await Promise.all(again.map(restored));
    // Nobody got a connection before the holds were there.
    expect(seen).toEqual([HELD, HELD, HELD]);

    const holds = new Holds(dbs[0]!);
    for (const { id } of await dbs[0]!.selectFrom('broadcast').select('id').execute())
      await holds.lift(id, ['restored']);
    expect(await restored(another().connect(database.url))).toEqual([]);
    const events = await dbs[0]!.selectFrom('broadcastEvent').select('data').execute();
    expect(events.filter(({ data }) => data['reason'] === 'restored')).toHaveLength(HELD.length);
  });

  it('a database in the place of ours hands out no connection while the holds cannot be written', async () => {
    const db = ours.connect(database.url);
    await reload(db);
    await sql`alter table broadcast_hold rename to away`.execute(db);
    const later = another().connect(database.url);
    await expect(sql`select`.execute(later)).rejects.toThrow(/broadcast_hold/);
    await sql`alter table away rename to broadcast_hold`.execute(db);
    expect(await restored(later)).toEqual(HELD);
  });

  it('a database in the place of ours is not asked for what the server does not allow, and the rest still counts', async () => {
    const db = ours.connect(database.url);
    const role = `shy_${process.pid}`;
    await sql`create role ${sql.ref(role)} login password 'x'`.execute(db);
    try {
      await sql`revoke execute on function pg_control_system() from public`.execute(db);
      await sql`grant all on all tables in schema public to ${sql.ref(role)}`.execute(db);
      await sql`grant all on all sequences in schema public to ${sql.ref(role)}`.execute(db);
      const url = new URL(database.url);
      url.username = role;
      url.password = 'x';
      expect(await restored(another().connect(url.href))).toEqual([]);
      await reload(db);
      expect(await restored(another().connect(url.href))).toEqual(HELD);
      const { rows } = await sql`select system_identifier from database_identity`.execute(db);
      expect(rows).toEqual([{ systemIdentifier: expect.stringMatching(/^\d+$/) }]);
    } finally {
      for (const other of others.splice(0)) await other.end();
      await sql`grant execute on function pg_control_system() to public`.execute(db);
      await sql`drop owned by ${sql.ref(role)}`.execute(db);
      await sql`drop role ${sql.ref(role)}`.execute(db);
    }
  });
});

describe('files of a database that were put back', () => {
  let dir: string;
  let server: EmbeddedPostgres | undefined;
  const ours = new OurProcess();
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'weicast-identity-'));
  });
  afterEach(async () => {
    await ours.end();
    await server?.stop();
    for (const folder of [dir, `${dir}-then`]) await rm(folder, { recursive: true, force: true });
  });
  const start = async (folder: string): Promise<string> => {
    server = await startEmbeddedPostgres({ dir: folder, durable: false });
    return server.url;
  };

  it('files of a database that were put back are told by a WAL position that went back, and a restart is no such thing', async () => {
    const url = await start(dir);
    await migrateToLatest(url);
    await fill(url);
    await sql`select`.execute(ours.connect(url));
    await ours.end();
    await server?.stop();
    execFileSync('cp', ['-a', dir, `${dir}-then`]);

    const restarted = ours.connect(await start(dir));
    expect(await restored(restarted)).toEqual([]);
    await sql`select pg_switch_wal()`.execute(restarted);
    await ours.engine.run();
    await ours.end();
    await server?.stop();

    const back = ours.connect(await start(`${dir}-then`));
    expect(await restored(back)).toEqual(HELD);
    const { detail } = await back
      .selectFrom('broadcastHold')
      .select('detail')
      .where('reason', '=', 'restored')
      .executeTakeFirstOrThrow();
    expect(detail).toContain('walPosition');
  });
});
