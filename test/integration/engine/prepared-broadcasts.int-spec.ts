import pg from 'pg';
import { AccountRepository } from '../../../src/accounts/account.repository.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { PreparedBroadcasts } from '../../../src/broadcast/engine/send/prepared-broadcasts.js';
import { channelsOn } from '../../support/worlds/engine-worker.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';
import { monotonicClock } from '../../support/stores/monotonic-clock.js';

const UNUSED = undefined as never;

describe('what the messages of a broadcast share', () => {
  let world: EngineWorld;
  let prepared: PreparedBroadcasts;
  let id: string;
  let blocker: pg.PoolClient;
  beforeEach(async () => {
    world = await EngineWorld.open();
    const accounts = new AccountsService(
      new AccountRepository(world.db as never),
      UNUSED,
      UNUSED,
      UNUSED,
      UNUSED,
    );
    prepared = new PreparedBroadcasts(world.db, accounts, await channelsOn(world));
    id = await world.broadcastTo('amy');
    blocker = await world.pool.connect();
  });
  afterEach(async () => {
    monotonicClock.giveBack();
    blocker.release();
    await world.close();
  });

  /** While it lasts, whoever asks the database waits. */
  const whileTheDatabaseIsSlow = async (work: () => Promise<void>): Promise<void> => {
    await blocker.query('begin; lock table broadcast in access exclusive mode');
    await work();
    await blocker.query('commit');
  };

  it('what the messages of a broadcast share is made anew behind the senders, who do not wait for it', async () => {
    const first = await prepared.require(id);
    monotonicClock.runAhead(6_000);
    await whileTheDatabaseIsSlow(async () => {
      expect(await prepared.require(id)).toBe(first);
      expect(await prepared.require(id)).toBe(first);
    });
    let renewed = first;
    while (renewed === first) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      renewed = await prepared.require(id);
    }
    expect(renewed).toMatchObject({ templateId: first.templateId, account: first.account });
  });

  it('what the messages of a broadcast share is not used when it is old: then they wait', async () => {
    const first = await prepared.require(id);
    monotonicClock.runAhead(20_000);
    let asked: Promise<unknown> | undefined;
    let isThere = false;
    await whileTheDatabaseIsSlow(async () => {
      asked = prepared.require(id).finally(() => (isThere = true));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isThere).toBe(false);
    });
    expect(await asked).not.toBe(first);
  });

  it('what the messages of a broadcast share serves on for a while when it cannot be made anew, and is tried again', async () => {
    const first = await prepared.require(id);
    await world.pool.query('alter table broadcast rename to broadcast_away');
    monotonicClock.runAhead(6_000);
    for (let n = 0; n < 3; n++) {
      expect(await prepared.require(id)).toBe(first);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    monotonicClock.runAhead(20_000);
    await expect(prepared.require(id)).rejects.toThrow('broadcast');
    await world.pool.query('alter table broadcast_away rename to broadcast');
    expect(await prepared.require(id)).toMatchObject({ templateId: first.templateId });
  });
});
