import { sql } from 'kysely';
import type { FollowerEvent } from '../../../src/followers/follower-events.js';
import { FollowerList } from '../../support/wechat/follower-list.js';
import {
  addAccount,
  FollowersWorld,
  secondsFromNow,
} from '../../support/worlds/followers-world.js';

describe('events of followers', () => {
  let world: FollowersWorld;
  beforeAll(async () => {
    world = await FollowersWorld.open();
  });
  afterAll(() => world.close());
  afterEach(async () => {
    await sql`truncate follower, follower_sync cascade`.execute(world.db);
  });

  const event = (kind: FollowerEvent['kind'], openid: string, seconds: number): FollowerEvent => ({
    accountId: world.account.id,
    openid,
    kind,
    at: secondsFromNow(seconds),
  });

  it('events of followers make and unmake followers, also of people never heard of', async () => {
    await world.events.apply([event('subscribe', 'a', -9), event('unsubscribe', 'b', -9)]);
    expect(await world.known()).toEqual(['a', '-b']);
    await world.events.apply([event('unsubscribe', 'a', -8), event('subscribe', 'b', -8)]);
    expect(await world.known()).toEqual(['-a', 'b']);
  });

  it('events of followers may come late and twice: an older one changes nothing', async () => {
    const [came, left] = [event('subscribe', 'a', -9), event('unsubscribe', 'a', -8)];
    for (const each of [left, came, left, came]) await world.events.apply([each]);
    expect(await world.known()).toEqual(['-a']);
  });

  it('events of followers in one batch count by their time, not their place', async () => {
    await world.events.apply([
      event('subscribe', 'a', -5),
      event('unsubscribe', 'b', -4),
      event('unsubscribe', 'a', -9),
      event('subscribe', 'b', -4),
    ]);
    expect(await world.known()).toEqual(['a', 'b']);
  });

  it('events of followers of the same second count in the order in which they came', async () => {
    const at = secondsFromNow(-5);
    await world.pushed('subscribe', 'a', at);
    await world.pushed('unsubscribe', 'a', at);
    expect(await world.known()).toEqual(['-a']);
  });

  it('events of followers belong to their account alone', async () => {
    const other = await addAccount(world.db, 'wx0000000000000009');
    await world.events.apply([
      event('subscribe', 'a', -5),
      { ...event('unsubscribe', 'a', -4), accountId: other.id },
    ]);
    expect(await world.known()).toEqual(['a']);
    expect(await world.known(other.id)).toEqual(['-a']);
  });

  it('events of followers of an account that is gone are refused as data, so that the batch can be halved', async () => {
    const lost = { ...event('subscribe', 'a', -5), accountId: 999_999 };
    await expect(world.events.apply([lost, event('subscribe', 'b', -5)])).rejects.toMatchObject({
      code: '23503',
    });
    expect(await world.known()).toEqual([]);
  });

  it('events of followers from the future do not shut out what comes after', async () => {
    await world.events.apply([event('subscribe', 'a', 10 * 365 * 86_400)]);
    const [row] = (
      await sql<{
        ahead: boolean;
      }>`select as_of > clock_now() + interval '61 seconds' as ahead from follower`.execute(
        world.db,
      )
    ).rows;
    expect(row?.ahead).toBe(false);
  });

  it('events of followers about nobody whom a job could name are left out', async () => {
    await world.events.apply([
      event('subscribe', 'a:b', -5),
      event('subscribe', 'a\0', -5),
      event('subscribe', 'ok', -5),
    ]);
    await world.events.apply([]);
    expect(await world.known()).toEqual(['ok']);
  });

  it('events of followers do not deadlock, in whatever order two batches hold the same people', async () => {
    const openids = Array.from({ length: 300 }, (_, i) => `o${i}`);
    const batch = (kind: FollowerEvent['kind'], names: string[], seconds: number) =>
      world.events.apply(names.map((openid) => event(kind, openid, seconds)));
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        batch('subscribe', openids, 1 + round),
        batch('unsubscribe', openids.toReversed(), 1 + round),
        world.syncFrom(new FollowerList(openids.toSorted(), 100)),
      ]);
    }
    expect(await world.known()).toHaveLength(300);
  });
});
