import { sql } from 'kysely';
import type { Nudge } from '../../src/broadcast/engine/send/send.queue.js';
import { createTestDatabase } from '../support/database.js';
import { EngineWorker } from '../support/engine-worker.js';
import { EngineWorld } from '../support/engine-world.js';

describe('two broadcasts of one account', () => {
  let world: EngineWorld;
  let worker: EngineWorker;
  let small: string;
  let big: string;
  beforeEach(async () => {
    const database = await createTestDatabase();
    world = await EngineWorld.open(database);
    worker = new EngineWorker(database.url, 'worker');
    small = await world.broadcastTo(...openids(100));
    big = await world.broadcastTo(...openids(200));
  });
  afterEach(async () => {
    await worker.close();
    await world.close();
  });

  const openids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `o${String(i).padStart(4, '0')}`);
  /** Of forty, each has some: an equal share is twenty. */
  const expectBothAmong = (served: readonly { broadcastId: string }[]): void => {
    expect(served).toHaveLength(40);
    for (const id of [small, big])
      expect(served.filter(({ broadcastId }) => broadcastId === id).length).toBeGreaterThan(5);
  };

  it('take turns where the rate yields one message at a time', async () => {
    await sql`update account set sends_per_second = 1`.execute(world.db);
    const handedOut: Nudge[] = [];
    for (let round = 0; round < 40; round++) {
      await sql`update release_turn set credit = 1`.execute(world.db);
      handedOut.push(...(await worker.releases.run(world.accountId, false))!.nudges);
    }
    expectBothAmong(handedOut);
  });

  it('share a bucket that does not hold enough for both', async () => {
    await sql`update pace set rate = 400`.execute(world.db);
    // The clock stands, or the bucket would fill up meanwhile.
    await sql`create table stopped_clock as select clock_now() as now`.execute(world.db);
    await sql`
      create or replace function clock_now() returns timestamptz language sql volatile
      as 'select now from stopped_clock'`.execute(world.db);
    const nudges = [...(await world.release(small, 40)), ...(await world.release(big, 40))];
    const claims = await Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
    expectBothAmong(claims.filter((claim) => claim !== undefined));
  });
});
