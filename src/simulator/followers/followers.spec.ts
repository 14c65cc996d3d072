import { FollowerChanges } from './follower-changes.js';
import { Followers } from './followers.js';

describe('the followers of an account', () => {
  it('the followers of an account are listed in order, without those who left', () => {
    const followers = new Followers('seed', 6);
    followers.leave(2);

    expect(followers.listFrom(1, 3)).toEqual([1, 3, 4]);
    expect(followers.total).toBe(5);
    expect(followers.countEvery(2)).toBe(2);
  });

  it('an openid that once followed is still known, and one that never did is not', () => {
    const followers = new Followers('seed', 3);
    followers.leave(1);

    expect(followers.find(followers.openid(1))).toBe(1);
    expect(followers.follows(1)).toBe(false);
    expect(followers.find(followers.openid(3))).toBeUndefined();
  });

  it('the followers of an account change once the announced number of pages was served', () => {
    const followers = new Followers('seed', 10);
    const changes = new FollowerChanges(followers);
    const heard: unknown[] = [];
    changes.applyAfterPages(2, { subscribe: 1, unsubscribe: 2 }, (applied) => heard.push(applied));

    changes.pageServed();
    expect(followers.total).toBe(10);
    changes.pageServed();
    changes.pageServed();

    expect(followers.total).toBe(9);
    expect(heard).toEqual([
      {
        subscribed: [followers.openid(10)],
        unsubscribed: [9, 8].map((index) => followers.openid(index)),
      },
    ]);
  });

  it('the followers of an account come back under their own openid', () => {
    const followers = new Followers('seed', 3);
    const changes = new FollowerChanges(followers);
    changes.apply({ unsubscribe: [followers.openid(0)] });
    changes.apply({ subscribe: [followers.openid(0)] });

    expect(followers.listFrom(0, 10)).toEqual([0, 1, 2]);
  });
});
