import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Claim } from '../../src/broadcast/engine/send/claim.service.js';
import { clockSetting } from '../../src/database/dialect.js';
import { SafeClient } from '../../src/database/session/safe-client.js';
import { HOT_SETTINGS, HotSql } from '../../src/database/hot-sql.js';
import { sessionOn } from '../../src/database/session/session.js';
import { ReleaseRepository } from '../../src/broadcast/engine/release/release.repository.js';
import { Lane } from '../../src/broadcast/engine/record/lane.js';
import { createTestDatabase } from '../support/stores/database.js';
import { EngineWorld } from '../support/worlds/engine-world.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

const PEOPLE = ['ann', 'ben', 'cat', 'dan', 'eve'] as const;
const MSGIDS = { ben: '3487542469355618313', dan: '3487542469355618314' } as const;

/** What was asked may have been done, or not: nobody hears of it. */
describe.each([
  ['asked is lost', 'both'],
  ['answered is lost', 'answers'],
] as const)('a database of which what is %s', (what, silence) => {
  let proxy: SilentProxy;
  let world: EngineWorld;
  let broadcast: string;

  beforeEach(async () => {
    const database = await createTestDatabase();
    const port = Number(new URL(database.url).port);
    proxy = await SilentProxy.open(() => port);
    world = await EngineWorld.open(database, (url) => proxy.inFrontOf(url));
    broadcast = await world.broadcastTo(...PEOPLE);
  });
  afterEach(async () => {
    await world.close();
    await proxy.close();
  });

  it(`a database of which what is ${what} lets claims, outcomes and receipts go on, each of which counts once`, async () => {
    const nudges = await world.release(broadcast);
    const nudgeOf = (openid: string) => nudges.find((nudge) => nudge.openid === openid)!;
    const claim = async (openid: string): Promise<Claim> => {
      const claimed = await world.claims.claim(nudgeOf(openid));
      if (!claimed) throw new Error(`${openid} was not granted`);
      return claimed;
    };
    const [ben, cat, dan, eve] = await Promise.all(['ben', 'cat', 'dan', 'eve'].map(claim));
    await world.settlements.settle(dan!, { kind: 'accepted', msgid: MSGIDS.dan });
    const receipt = {
      accountId: world.accountId,
      openid: 'dan',
      msgid: MSGIDS.dan,
      createTime: new Date(),
      status: 'success',
      kind: 'template' as const,
    };

    // One for each of them that can be asked: none is busy with connecting.
    const warm = { name: '', text: 'select pg_sleep(0.5)' };
    await Promise.all(PEOPLE.map(() => world.hot.query(warm, [])));

    proxy.silence(silence);
    const outcomes = Promise.all([
      world.settlements.settle(ben!, { kind: 'accepted', msgid: MSGIDS.ben }),
      world.settlements.settle(cat!, { kind: 'refused', errcode: 43004, rid: 'r-1' }),
      world.settlements.settle(eve!, { kind: 'unsent', delayMs: 0 }),
    ]);
    await Promise.all([
      expect(world.claims.claim(nudgeOf('ann'))).rejects.toThrow(),
      expect(world.receipts.record([receipt])).rejects.toThrow(),
    ]);
    proxy.speak();
    await outcomes;
    await world.receipts.record([receipt]);

    expect(await world.states(broadcast)).toEqual({
      ann: silence === 'both' ? 'queued' : 'sending',
      ben: 'accepted',
      cat: 'refused',
      dan: 'delivered',
      eve: 'pending',
    });
    expect(await world.counters.errors(broadcast)).toEqual([{ errcode: 43004, count: 1 }]);
    await world.expectCountersToAgree(broadcast);

    // Ann's claim is nobody's: once its lease is over she is sent to, under a claim that somebody has.
    await sql`update delivery set claimed_at = claimed_at - interval '31 seconds',
      in_doubt_since = in_doubt_since - interval '31 seconds' where state = 'sending'`.execute(
      world.db,
    );
    const [turn] = await world.sweeps.takeLeases(0);
    await world.sweeps.sweepPage(turn!, turn!.sweptTo, true);
    const again = [nudgeOf('ann'), ...(await world.release(broadcast))];
    const granted = await Promise.all(again.map((nudge) => world.claims.claim(nudge)));
    const claims = granted.filter((one) => one !== undefined);
    expect(claims.map(({ openid }) => openid).sort()).toEqual(['ann', 'eve']);
    for (const one of claims)
      await world.settlements.settle(one, { kind: 'accepted', msgid: null });
    await world.expectCountersToAgree(broadcast);
  });
});

/** A host that vanished tells nobody, neither us nor the database. */
describe('a worker that vanished in the middle of its turn to release', () => {
  it('a worker that vanished in the middle of its turn to release keeps the turn no longer than the database waits for it', async () => {
    const database = await createTestDatabase();
    const world = await EngineWorld.open(database);
    const port = Number(new URL(database.url).port);
    const proxy = await SilentProxy.open(() => port);
    const broadcast = await world.broadcastTo(...PEOPLE);
    const pool = new pg.Pool({
      ...sessionOn(proxy.inFrontOf(database.url), 'hot', { ...clockSetting(0), ...HOT_SETTINGS }),
      Client: SafeClient,
      max: 1,
    });
    pool.on('error', () => {});
    const vanished = new ReleaseRepository(world.db, new HotSql(pool), new Lane());

    const taken = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const turn = vanished
      .inTransaction(async (tx) => {
        await vanished.takeLeases(tx, [world.accountId], 1_000);
        const [open] = await vanished.openBroadcasts(tx, [world.accountId]);
        await vanished.release(tx, [{ broadcast: open!, limit: 3 }]);
        proxy.silence();
        taken.resolve();
        await gone.promise;
      })
      .catch(() => {});
    await taken.promise;

    const others = () =>
      world.releases.inTransaction((tx) => world.releases.takeLeases(tx, [world.accountId], 1_000));
    expect(await others()).toEqual([]);
    while ((await others()).length === 0) await sleep(100);
    // What it had handed out it had handed out to nobody.
    expect(await world.release(broadcast)).toHaveLength(PEOPLE.length);
    await world.expectCountersToAgree(broadcast);
    gone.resolve();
    await turn;
    await proxy.close();
    await pool.end();
    await world.close();
  });
});
