import { sql } from 'kysely';
import { audienceOfAllFollowers } from '../../../src/followers/audience-of-all-followers.js';
import { unreachableBecause } from '../../../src/followers/suppressions/unreachable.js';
import { FollowerList } from '../../support/wechat/follower-list.js';
import {
  addAccount,
  FollowersWorld,
  secondsFromNow,
} from '../../support/worlds/followers-world.js';

describe('the followers of an account', () => {
  let world: FollowersWorld;
  beforeAll(async () => {
    world = await FollowersWorld.open();
    const other = await addAccount(world.db, 'wx0000000000000002');
    await world.events.apply([
      { accountId: other.id, openid: 'z', kind: 'subscribe', at: new Date(0) },
    ]);
  });
  afterAll(() => world.close());

  it('the followers of an account are not known before the first complete walk', async () => {
    expect(await world.followers.hasSynced(world.account.id)).toBe(false);
    expect(await world.followers.count(world.account.id)).toBeUndefined();
    await world.syncFrom(new FollowerList(['d', 'b', 'B', 'a', 'c']));
    expect(await world.followers.hasSynced(world.account.id)).toBe(true);
    await world.pushed('unsubscribe', 'c', secondsFromNow(0));
    await world.sync.start(world.account);
    expect(await world.followers.hasSynced(world.account.id)).toBe(true); // while a second one runs
  });

  it('the followers of an account are an audience, without those who left, in byte order', async () => {
    const { rows } = await sql`
      ${audienceOfAllFollowers(world.account.id, { after: '', limit: 3 })}`.execute(world.db);
    expect(rows).toEqual(['B', 'a', 'b'].map((openid) => ({ openid, vars: null })));
  });

  it('the followers of an account tell of a list of openids who is known to have left, where that matters', async () => {
    const left = async (needsFollower: string) => {
      const because = sql.raw(unreachableBecause(`${world.account.id}`, 'o', needsFollower));
      const { rows } = await sql`
        select o, ${because} as why from unnest('{a,c,stranger,z}'::text[]) o
        where ${because} is not null`.execute(world.db);
      return rows;
    };
    expect(await left('true')).toEqual([{ o: 'c', why: 'unsubscribed' }]);
    expect(await left('false')).toEqual([]);
  });

  it('the followers of an account are listed page by page, all or some of them', async () => {
    const first = await world.followers.list(world.account.id, { limit: 3 });
    expect(first).toMatchObject({
      items: [{ openid: 'B' }, { openid: 'a' }, { openid: 'b' }],
      next: 'b',
    });
    const rest = await world.followers.list(world.account.id, { after: 'b', limit: 3 });
    expect(rest).toMatchObject({
      items: [{ openid: 'c', subscribed: false }, { openid: 'd' }],
      next: null,
    });
    const gone = await world.followers.list(world.account.id, { limit: 3, subscribed: false });
    expect(gone.items.map(({ openid }) => openid)).toEqual(['c']);
  });

  it('the followers of an account are found one by one', async () => {
    expect(await world.followers.findFollower(world.account.id, 'a')).toMatchObject({
      openid: 'a',
      subscribed: true,
    });
    expect(await world.followers.findFollower(world.account.id, 'z')).toBeUndefined();
    expect(await world.followers.findFollower(world.account.id, 'a\0')).toBeUndefined();
  });
});
