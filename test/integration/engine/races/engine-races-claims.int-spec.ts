import { both } from '../../../../src/kernel/bilingual.js';
import { spokenFault } from '../../../../src/accounts/spoken-fault.js';
import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Kysely, sql, type Updateable } from 'kysely';
import { AccountFaults } from '../../../../src/accounts/account-faults.js';
import { AccountRepository } from '../../../../src/accounts/account.repository.js';
import type { AccountTable, AccountTables } from '../../../../src/accounts/account.tables.js';
import { EgressAddresses } from '../../../../src/accounts/egress-addresses.js';
import { Sealer } from '../../../../src/accounts/seal.js';
import { SendingConfig, type SecretsConfig } from '../../../../src/config/config.js';
import { Clock } from '../../../../src/kernel/clock.js';
import { QuotaLedger } from '../../../../src/pacing/quota-ledger.js';
import { HotSql, type HotStatement } from '../../../../src/database/hot-sql.js';
import type { EngineWorker } from '../../../support/worlds/engine-worker.js';
import { endedOrBlocked, race } from './race.js';
import type { SceneRow } from './race-rows.js';
import { RaceScene } from './race-scene.js';
import { RacesWorld } from './races-world.js';

const LOCK: HotStatement = {
  name: 'lock-a-row',
  text: `select from delivery where broadcast_id = $1::uuid and openid = $2::text for update`,
};
/** As a dump leaves it when it is put back: the tables were made anew. */
const noticeRestore = async ({ engine, third }: RacesWorld): Promise<void> => {
  await sql`update database_identity set delivery_oid = delivery_oid - 1`.execute(engine.db);
  await third.identity.checkAgain();
};

const APPID = 'wx0000000000000001';
const accounts = ({ db }: EngineWorker) =>
  new AccountRepository(db as unknown as Kysely<AccountTables>);
const setAccount = async (
  worker: EngineWorker,
  change: Updateable<AccountTable>,
): Promise<void> => {
  await accounts(worker).update(APPID, () => change);
};
const fault = (worker: EngineWorker, accountId: number): Promise<void> =>
  new AccountFaults(
    worker.db as unknown as Kysely<AccountTables>,
    accounts(worker),
    new Sealer({ masterKeys: [randomBytes(32)] } as unknown as SecretsConfig),
    new EgressAddresses(worker.db as unknown as Kysely<AccountTables>),
  ).record(accountId, {
    code: 'ip_not_allowed',
    errcode: 40164,
    rid: null,
    ...spokenFault(both('不在名单。', 'not listed')),
  });
const ledger = (worker: EngineWorker): QuotaLedger =>
  new QuotaLedger(worker.db, new Clock(), new SendingConfig(1_000, 100_000));
const SPENT = { limit: 1, used: 1, askedAt: new Date(), asker: 'operator' } as const;
const QUEUED: SceneRow = { openid: 'amy', state: 'queued', nudge: 2 };

/** Claims, and what happens around them, in orders that a pair alone does not show. */
describe('a claim', () => {
  let world: RacesWorld;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    world = await RacesWorld.open();
    await world.one.identity.checkAgain();
  });
  afterEach(() =>
    sql`
      update account set held_at = null, fault = null, sends_per_second = null, daily_quota = null,
        quota_reserve_percent = 0`.execute(world.engine.db),
  );
  afterEach(() => sql`truncate quota_day, quota_limit`.execute(world.engine.db));
  afterAll(() => world.close());

  const open = (...rows: SceneRow[]) => RaceScene.open(world.engine, rows, { releasedTo: 'z' });
  const amy = (nudge = 2) => ({ openid: 'amy', nudge });
  const stateOf = async ({ id }: RaceScene) => (await world.engine.row(id, 'amy')).state;

  it.each([
    ['the same one', [2, 2]],
    ['an older one first', [1, 2]],
    ['an older one last', [2, 1]],
    ['two older ones', [1, 0]],
  ])(
    'a claim by two nudges of one row in one flush, %s: at most one is granted',
    async (_, nudges) => {
      const scene = await open(QUEUED);
      const granted = await scene.claimAs(
        world.one,
        nudges.map((nudge) => amy(nudge)),
      );
      expect(granted).toHaveLength(nudges.includes(2) ? 1 : 0);
      await scene.expectOrder();
      await scene.runToItsEnd(world.other);
    },
  );

  it('a claim by two nudges in two flushes that overlap is granted once', async () => {
    const scene = await open(QUEUED);
    await race(
      world.engine,
      { worker: world.one, run: () => scene.claimAs(world.one, [amy(1), amy(2)]) },
      { worker: world.other, run: () => scene.claimAs(world.other, [amy(2), amy(1)]) },
    );
    expect(scene.granted).toHaveLength(1);
    await scene.runToItsEnd(world.other);
  });

  it('a claim and a settlement that want each other’s locks: one of them tries again, nothing is lost', async () => {
    const { engine, one, other } = world;
    // The claim has the day's row and waits for Amy's; the settlement has Amy's and gives a call back to the day.
    const sent = { state: 'sending', attempts: 1, nudge: 1, claimed: '1s', doubt: '1s' } as const;
    const scene = await open(
      {
        openid: 'amy',
        state: 'queued',
        attempts: 1,
        nudge: 2,
        claimed: '9s',
        doubt: '9s',
        due: '1s',
      },
      { openid: 'zoe', ...sent },
      { openid: 'job', state: 'queued', nudge: 1 },
    );
    await scene.claimAs(one, [{ openid: 'job', nudge: 1 }]); // so that the day has its row

    const held = new HotSql(engine.pool).transaction(async (tx) => {
      await tx.query(LOCK, [scene.id, 'amy']);
      const settled = Promise.all([
        one.settlements.settle(scene.claimOf('amy', 1), {
          kind: 'accepted',
          msgid: scene.msgid(1),
        }),
        one.settlements.settle(scene.claimOf('zoe', 1), {
          kind: 'unsent',
          delayMs: 0,
          uncounted: true,
          noCall: true,
        }),
      ]);
      await endedOrBlocked(engine, one, settled);
      const claimed = scene.claimAs(other, [amy()]);
      await endedOrBlocked(engine, other, claimed);
      return [settled, claimed];
    });
    await Promise.all(await held);

    await scene.expectOrder();
    expect(await stateOf(scene)).toBe('accepted');
    await scene.runToItsEnd(other);
  });

  it.each([
    ['paused', ({ third }, { id }) => third.verbs.pause(id)],
    ['cancelled', ({ third }, { id }) => third.verbs.cancel(id)],
    ['found in a restored database', noticeRestore],
    ['held with its account', ({ third }) => accounts(third).hold(APPID)],
    ['given a lower rate', ({ third }) => setAccount(third, { sendsPerSecond: 1 })],
    ['given a lower quota', ({ third }) => setAccount(third, { dailyQuota: 1 })],
    ['given a larger reserve', ({ third }) => setAccount(third, { quotaReservePercent: 100 })],
    [
      'refused with 45009',
      ({ third }, { accountId }) => ledger(third).markSpent(accountId, 'template', new Date()),
    ],
    [
      'told by WeChat to have no call left',
      ({ third }, { accountId }) => ledger(third).learn(accountId, 'template', SPENT),
    ],
    ['found with an account at fault', ({ engine, third }) => fault(third, engine.accountId)],
  ] satisfies [string, (w: RacesWorld, s: RaceScene) => Promise<void>][])(
    'a claim that waits for its turn while its broadcast is %s is granted before that or not at all',
    async (_, stop) => {
      const scene = await open(QUEUED, { openid: 'zoe', state: 'queued', nudge: 1 });
      const { engine, one, other, third } = world;
      const commit = one.gate.close();
      const first = scene.claimAs(one, [{ openid: 'zoe', nudge: 1 }]);
      await commit.reached;
      const second = scene.claimAs(other, [amy()]);
      await endedOrBlocked(engine, other, second);
      const whenStopped = stop(world, scene).then(() => stateOf(scene));
      await endedOrBlocked(engine, third, whenStopped);
      commit.open();

      await first;
      const granted = (await second).length > 0;
      expect({ granted, whenStopped: await whenStopped }).toEqual(
        granted
          ? { granted: true, whenStopped: 'sending' }
          : { granted: false, whenStopped: expect.any(String) },
      );
      await scene.expectOrder();
      // What came too late waits for what stopped it: its end is another story.
      if (granted) await scene.runToItsEnd(other);
    },
  );

  it('a claim in flight while its broadcast is cancelled and swept is found again when its worker dies', async () => {
    const scene = await open(QUEUED);
    const { engine, one, other } = world;
    const commit = one.gate.close();
    const claimed = scene.claimAs(one, [amy()]);
    await commit.reached;
    const swept = other.verbs.cancel(scene.id).then(() => other.sweeps.tick());
    await endedOrBlocked(engine, other, swept);
    commit.open();
    await Promise.all([claimed, swept]);
    expect(await stateOf(scene)).toBe('sending');

    // The worker is gone, and half a minute with it.
    await sql`
      update delivery set claimed_at = claimed_at - interval '31 seconds',
        in_doubt_since = in_doubt_since - interval '31 seconds'
      where broadcast_id = ${scene.id}`.execute(engine.db);
    await sql`update broadcast_cursor set swept_at = '-infinity'`.execute(engine.db);
    await other.sweeps.tick();
    expect(await stateOf(scene)).toBe('unknown');
    expect(await other.finishing.finish(scene.id)).toBe(true);
    await scene.expectOrder();
  });
});
