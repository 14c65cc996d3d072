import { type Kysely, sql } from 'kysely';
import { RoleBeat } from '../../../src/health/role-beat.js';
import { HealthApiModule } from '../../../src/health/health.api.module.js';
import { Standstill } from '../../../src/health/standstill.js';
import { StoreChecks } from '../../../src/health/store-checks.js';
import { AwakeTime } from '../../../src/metrics/awake-time.js';
import { TurnAges } from '../../../src/metrics/turn-ages.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

/** An hour without a turn, as far as the ages tell. */
class HandTime extends AwakeTime {
  at = 0;
  override get ms(): number {
    return this.at;
  }
}

describe('a worker that has not turned', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let standstill: Standstill;
  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [HealthApiModule]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await sql`update broadcast set closed_at = clock_now(), state = 'finished'`.execute(world.db);
    account = await world.account();
    const time = new HandTime();
    const ages = new TurnAges(time);
    ages.turned('release');
    ages.turned('sweep');
    time.at = 3_600_000;
    ages.turned('sweep');
    standstill = new Standstill(
      world.db as unknown as Kysely<unknown>,
      ages,
      world.api.app.get(StoreChecks, { strict: false }),
    );
  });

  const looked = async () => {
    await standstill.check();
    return standstill.checks;
  };
  const WELL = { release: 'ok', sweep: 'ok' };
  const STILL = { release: 'stands_still', sweep: 'ok' };

  it('a worker that has not turned stands still while a broadcast waits for it, and no longer', async () => {
    expect(await looked()).toEqual(WELL);
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    expect(await looked()).toEqual(STILL);
    await sql`insert into broadcast_hold (broadcast_id, reason, since)
      values (${id}, 'operator', clock_now())`.execute(world.db);
    expect(await looked()).toEqual(WELL);
  });

  it('a worker that has not turned asks a silent database once, however often it looks', async () => {
    const roles = world.api.app.get(RoleBeat, { strict: false });
    let open!: () => void;
    let locked!: () => void;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const release = new Promise<void>((resolve) => (open = resolve));
    const silence = world.db.transaction().execute(async (tx) => {
      await sql`lock table broadcast, role_seen in access exclusive mode`.execute(tx);
      locked();
      await release;
    });
    await isLocked;
    const readings: Promise<void>[] = [];
    for (let i = 0; i < 3; i++) {
      readings.push(roles.readMissing());
      await standstill.check();
    }
    const { rows } = await sql<{ question: string }>`
      select case when query ~ 'waits' then 'work' else 'roles' end as question
      from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and query ~ '(as waits|as r \\(role\\)|unnest\\(array)' and query !~ 'insert'`.execute(
      world.db,
    );
    open();
    await Promise.all([silence, ...readings]);
    expect(rows.map(({ question }) => question).toSorted()).toEqual(['roles', 'work']);
  });

  it('a worker that has not turned is well where the account is held, or has a fault', async () => {
    await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update account set held_at = clock_now() where id = ${account.id}`.execute(world.db);
    expect(await looked()).toEqual(WELL);
    await sql`update account set held_at = null, fault = '{"code": "x"}'
      where id = ${account.id}`.execute(world.db);
    expect(await looked()).toEqual(WELL);
    await sql`update account set fault = null where id = ${account.id}`.execute(world.db);
    expect(await looked()).toEqual(STILL);
  });

  it('a worker that has not turned stands still while a cancelled broadcast has rows to close, held or not', async () => {
    const id = await world.broadcast(account, { oA: { state: 'pending' } });
    await sql`update broadcast set state = 'cancelled' where id = ${id}`.execute(world.db);
    await sql`insert into broadcast_hold (broadcast_id, reason, since)
      values (${id}, 'operator', clock_now())`.execute(world.db);
    expect(await looked()).toEqual(STILL);
  });

  it('a worker that has not turned is no worker where no clock runs', async () => {
    const none = new Standstill(
      world.db as unknown as Kysely<unknown>,
      new TurnAges(new HandTime()),
      world.api.app.get(StoreChecks, { strict: false }),
    );
    await world.broadcast(account, { oA: { state: 'pending' } });
    await none.check();
    expect(none.checks).toEqual({});
  });
});
