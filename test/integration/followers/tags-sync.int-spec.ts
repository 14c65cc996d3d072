import { type Kysely, sql } from 'kysely';
import { WechatRefusal, WechatUnreachable } from '../../../src/wechat/wechat.errors.js';
import type { WalkAtTag } from '../../../src/followers/tags/tag-sync.repository.js';
import { TagLists } from '../../support/wechat/tag-lists.js';
import type { FollowerTables } from '../../../src/followers/record/follower.tables.js';
import { addAccount } from '../../support/worlds/followers-world.js';
import { TagsWorld } from '../../support/worlds/tags-world.js';

const never = new AbortController().signal;
const PATH = '/cgi-bin/user/tag/get';

describe('a sync of tags', () => {
  let world: TagsWorld;
  beforeEach(async () => {
    world = await TagsWorld.open();
  });
  afterEach(() => world.close());

  it('a sync of tags reads the list, and of each tag who has it, page by page', async () => {
    const wechat = new TagLists({ 100: ['c', 'a', 'b'], 101: ['b'], 102: [] });
    await world.syncFrom(wechat);
    expect(wechat.asked).toEqual([
      'list',
      '100',
      '100 after a',
      '100 after b',
      '101',
      '101 after b',
      '102',
    ]);
    expect(await world.known()).toEqual({ 100: ['a', 'b', 'c'], 101: ['b'], 102: [] });
    expect(await world.row()).toMatchObject({ state: 'done', listed: 3, read: 3, seen: 4 });
    expect(await world.tags.list(world.account.id)).toMatchObject([
      { tagId: 100, name: 'tag 100', count: 3, members: 3, asOf: expect.any(Date) as Date },
      { tagId: 101, count: 1, members: 1 },
      { tagId: 102, count: 0, members: 0 },
    ]);
    expect(await world.leftovers()).toBe(0);
  });

  it('a sync of tags of an account without any is done', async () => {
    await world.syncFrom(new TagLists({}));
    expect(await world.row()).toMatchObject({ state: 'done', listed: 0, read: 0 });
  });

  it('a sync of tags leaves nobody a tag that was taken from them, once the tag is read to the end', async () => {
    await world.syncFrom(new TagLists({ 100: ['a', 'b', 'c'], 101: ['a'] }));
    const wechat = new TagLists({ 100: ['d', 'c'], 101: [] });
    const before: unknown[] = [];
    wechat.beforeAnswer = async () => void before.push((await world.known())[100]);
    await world.syncFrom(wechat);
    expect(before.slice(0, 3)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
    expect(await world.known()).toEqual({ 100: ['c', 'd'], 101: [] });
  });

  it('a sync of tags takes a tag from many in lots, each a transaction of its own', async () => {
    const gone = Array.from({ length: 12_001 }, (_, i) => `o${String(i).padStart(6, '0')}`);
    await world.syncFrom(new TagLists({ 100: [...gone, 'z'] }, 10_000));
    await world.sync.start(world.account);
    const walk = world.walkOf(new TagLists({ 100: ['z'] }));
    await world.stopAt(walk, 'parting');
    expect(await world.syncs.partWithLot((await world.row()) as WalkAtTag)).toBe('parted');
    expect((await world.known())[100]).toHaveLength(7_002);
    await walk.run(world.account.id, never);
    expect((await world.known())[100]).toEqual(['z']);
    expect(await world.leftovers()).toBe(0);
  });

  it('a sync of tags takes the name of a tag that was renamed, and lets go of one that is gone, and of who had it', async () => {
    await world.syncFrom(new TagLists({ 100: ['a'], 101: ['a', 'b'] }));
    const wechat = new TagLists({ 101: ['a'] });
    wechat.tags.set(101, { name: 'other', openids: ['a'] });
    await world.syncFrom(wechat);
    expect(await world.tags.list(world.account.id)).toMatchObject([{ tagId: 101, name: 'other' }]);
    expect(await world.tags.of(world.account.id, 'a')).toEqual([{ tagId: 101, name: 'other' }]);
    while (await world.gone.clear());
    const { rows } = await sql`select tag_id, openid from follower_tag`.execute(world.db);
    expect(rows).toEqual([{ tagId: 101, openid: 'a' }]);
  });

  it('a sync of tags goes on where a tag is deleted while it is read', async () => {
    const wechat = new TagLists({ 100: ['a', 'b', 'c'], 101: ['d'] });
    wechat.beforeAnswer = (asked) => {
      if (asked === '100') wechat.tags.delete(100);
    };
    await world.syncFrom(wechat);
    expect(await world.row()).toMatchObject({ state: 'done', read: 1 });
    expect(await world.known()).toEqual({ 101: ['d'] });
    while (await world.gone.clear());
    expect((await sql`select from tag where tag_id = 100`.execute(world.db)).rows).toEqual([]);
  });

  it('a sync of tags asks again where WeChat says of a tag that it lists that there is none', async () => {
    const wechat = new TagLists({ 100: ['a'] });
    const bogus = new WechatRefusal(PATH, 45159, 'invalid tag id rid: 1-2-3');
    wechat.beforeAnswer = (asked) => {
      if (asked === 'list' && wechat.asked.length === 1) wechat.failures.push(bogus);
    };
    await world.syncFrom(wechat);
    expect(wechat.asked).toEqual(['list', '100', 'list', '100', '100 after a']);
    expect(await world.known()).toEqual({ 100: ['a'] });
  });

  it('a sync of tags does not let an older list undo what was changed here since it began', async () => {
    await world.syncFrom(new TagLists({ 100: ['a'], 101: ['b'] }));
    const wechat = new TagLists({ 100: ['a'], 101: ['b'] });
    wechat.beforeAnswer = async (asked) => {
      if (asked !== 'list') return;
      // The answer is on its way, and says nothing of this.
      await sql`
        update tag set name = 'mine', changed_at = clock_now() where tag_id = 100`.execute(
        world.db,
      );
      await sql`
        update tag set gone_at = clock_now(), changed_at = clock_now() where tag_id = 101`.execute(
        world.db,
      );
      await sql`
        insert into tag (account_id, tag_id, name, count, members, as_of, changed_at)
        values (${world.account.id}, 102, 'new', 0, 0, clock_now(), clock_now())`.execute(world.db);
    };
    wechat.tags.set(102, { name: 'new', openids: [] });
    wechat.bend = (answer, asked) =>
      asked === 'list' ? { tags: (answer['tags'] as object[]).slice(0, 2) } : answer;
    await world.syncFrom(wechat);
    expect(await world.tags.list(world.account.id)).toMatchObject([
      { tagId: 100, name: 'mine' },
      { tagId: 102, name: 'new' },
    ]);
  });

  it('a sync of tags is of this account alone', async () => {
    const other = await addAccount(
      world.db as unknown as Kysely<FollowerTables>,
      'wx0000000000000002',
    );
    await sql`
      insert into tag (account_id, tag_id, name, count, changed_at)
      values (${other.id}, 100, 'theirs', 0, '2020-01-01')`.execute(world.db);
    await sql`insert into follower_tag values (${other.id}, 100, 'a')`.execute(world.db);
    await world.syncFrom(new TagLists({ 100: ['a', 'b'] }));
    await world.syncFrom(new TagLists({ 100: ['b'] }));
    expect(await world.known()).toEqual({ 100: ['b'] });
    expect(await world.known(other.id)).toEqual({ 100: ['a'] });
    expect(await world.tags.list(other.id)).toMatchObject([{ name: 'theirs', members: null }]);
  });

  describe('survives', () => {
    it('a sync of tags survives a worker that dies at any step: the next one goes on from there', async () => {
      await world.syncFrom(new TagLists({ 100: ['a', 'b', 'x'], 101: ['y'] }));
      await world.sync.start(world.account);
      const wechat = new TagLists({ 100: ['a', 'b', 'c'], 101: ['d'] });
      let steps = 0;
      for (; (await world.row()).state === 'running'; steps++) {
        await world.oneStep(world.walkOf(wechat));
        // Nobody has a tag falsely for longer than until it is read, and nobody loses one that WeChat has shown.
        expect((await world.known())[100]).toEqual(expect.arrayContaining(['a', 'b']));
      }
      expect(wechat.asked).toEqual([
        'list',
        '100',
        '100 after b',
        '100 after c',
        '101',
        '101 after d',
      ]);
      expect(steps).toBe(1 + (3 + 1 + 2) + (2 + 1 + 2));
      expect(await world.known()).toEqual({ 100: ['a', 'b', 'c'], 101: ['d'] });
      expect(await world.leftovers()).toBe(0);
    });

    it('a sync of tags survives two workers at once: each page counts once, and the loser leaves', async () => {
      await world.sync.start(world.account);
      const wechat = new TagLists({ 100: ['a', 'b', 'c', 'd', 'e'] });
      let waiting = 0;
      let open: () => void = () => {};
      const both = new Promise<void>((resolve) => (open = resolve));
      wechat.beforeAnswer = async () => {
        if (++waiting === 2) open();
        await both;
      };
      await Promise.all([1, 2].map(() => world.walkOf(wechat).run(world.account.id, never)));
      // Whoever lost has left the walk to the other, who may have been the first to store another page.
      if ((await world.row()).state === 'running')
        await world.walkOf(wechat).run(world.account.id, never);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 5 });
      expect(await world.known()).toEqual({ 100: ['a', 'b', 'c', 'd', 'e'] });
    });

    it('a sync of tags survives a worker of an earlier walk that comes late: it changes nothing', async () => {
      await world.syncFrom(new TagLists({ 100: ['a'] }));
      await world.sync.start(world.account);
      await world.stopAt(world.walkOf(new TagLists({ 100: ['a', 'b'] })), 'reading');
      const early = (await world.row()) as WalkAtTag;
      await world.syncs.fail(early, problem);
      await world.sync.start(world.account);
      const page = { openids: ['z'], skipped: 0, total: null, next: null };
      expect(await world.syncs.storeList(early, [])).toBe(false);
      expect(await world.syncs.storePage(early, page)).toBe('lost');
      expect(await world.syncs.compare(early)).toBe(false);
      expect(await world.syncs.finishTag(early)).toBe(false);
      expect(await world.syncs.tagIsGone(early)).toBe(false);
      expect(await world.syncs.keepAlive(early)).toBe(false);
      await world.syncs.fail(early, problem);
      expect(await world.row()).toMatchObject({ walk: 3, state: 'running', step: 'listing' });
      expect(await world.known()).toEqual({ 100: ['a'] });
    });

    it('a sync of tags survives being stopped between two pages, and is nudged once it is silent', async () => {
      await world.sync.start(world.account);
      const stopping = new AbortController();
      const wechat = new TagLists({ 100: ['a', 'b', 'c', 'd'] });
      wechat.beforeAnswer = (asked) => (asked === '100' ? stopping.abort() : undefined);
      await world.walkOf(wechat).run(world.account.id, stopping.signal);
      expect(await world.row()).toMatchObject({
        state: 'running',
        tagId: 100,
        cursor: 'b',
        seen: 2,
      });
      await world.sync.nudgeUnfinished();
      expect(world.jobs).toEqual(['tag-sync']);
      await sql`update tag_sync set alive_at = alive_at - interval '31 seconds'`.execute(world.db);
      await world.sync.nudgeUnfinished();
      expect(world.jobs).toEqual(['tag-sync', 'tag-sync']);
      await world.sync.nudgeUnfinished();
      expect(world.jobs).toHaveLength(2);
    });

    it('a sync of tags survives an account that is removed meanwhile', async () => {
      await world.sync.start(world.account);
      const wechat = new TagLists({ 100: ['a', 'b', 'c'] });
      wechat.beforeAnswer = async (asked) => {
        if (asked === '100')
          await sql`delete from account where id = ${world.account.id}`.execute(world.db);
      };
      await world.walkOf(wechat).run(world.account.id, never);
      expect(await world.known()).toEqual({});
      expect(await world.leftovers()).toBe(0);
    });
  });

  describe('when WeChat does not answer', () => {
    it('a sync of tags when WeChat does not answer asks again, while that may help', async () => {
      const wechat = new TagLists({ 100: ['a'] });
      wechat.failures.push(
        new WechatRefusal(PATH, -1, 'system error rid: 1-2-3'),
        new WechatUnreachable(PATH, 'maybe', new Error('timeout')),
      );
      await world.syncFrom(wechat);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 1 });
    });

    it('a sync of tags when WeChat does not answer gives up after some tries, and takes a tag from nobody', async () => {
      await world.syncFrom(new TagLists({ 100: ['gone'] }));
      const [{ asOf } = { asOf: null }] = await world.tags.list(world.account.id);
      const wechat = new TagLists({ 100: ['a', 'b', 'c'] });
      wechat.beforeAnswer = (asked) => {
        if (asked === '100')
          wechat.failures.push(
            ...[1, 2, 3].map(() => new WechatRefusal(PATH, -1, 'system error rid: 7-8-9')),
          );
      };
      await world.syncFrom(wechat);
      expect(await world.row()).toMatchObject({
        state: 'failed',
        problem: { errcode: -1, rid: '7-8-9' },
      });
      expect(await world.known()).toEqual({ 100: ['a', 'b', 'gone'] });
      expect((await world.tags.list(world.account.id))[0]).toMatchObject({ asOf });
      expect(await world.leftovers()).toBe(0);
    });

    it('a sync of tags when WeChat does not answer fails at once when that cannot help', async () => {
      const wechat = new TagLists({ 100: ['a'] });
      wechat.failures.push(new WechatRefusal(PATH, 48001, 'api unauthorized rid: 4-5-6'));
      await world.syncFrom(wechat);
      expect(wechat.asked).toHaveLength(1);
      expect(await world.row()).toMatchObject({
        state: 'failed',
        problem: { errcode: 48001, rid: '4-5-6' },
      });
    });

    it.each([{ tags: 'none' }, { tags: [{ id: 'x', name: 'y' }] }, {}])(
      'a sync of tags does not take %j for a list of tags',
      async (answer) => {
        await world.syncFrom(new TagLists({ 100: ['a'] }));
        const wechat = new TagLists({});
        wechat.bend = () => answer;
        await world.syncFrom(wechat);
        expect(await world.row()).toMatchObject({ state: 'failed' });
        expect(await world.known()).toEqual({ 100: ['a'] });
      },
    );

    it('a sync of tags fails where the cursors of a tag lead in a circle', async () => {
      const wechat = new TagLists({ 100: ['a', 'b', 'c', 'd', 'e'] });
      wechat.bend = (answer, asked) =>
        asked === '100 after d' ? { ...answer, next_openid: 'b' } : answer;
      await world.syncFrom(wechat);
      expect(await world.row()).toMatchObject({
        state: 'failed',
        problem: { code: 'list_circular' },
      });
    });
  });
});

const problem = {
  errcode: null,
  rid: null,
  message: 'test',
  code: 'test',
  params: {},
  zh: '测试。',
  en: 'test',
};
