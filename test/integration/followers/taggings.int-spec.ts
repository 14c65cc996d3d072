import { sql } from 'kysely';
import { WechatRefusal } from '../../../src/wechat/wechat.errors.js';
import type { WechatAnswer } from '../../../src/wechat/answer.js';
import type { WechatRequest } from '../../../src/wechat/wechat.transport.js';
import { TagLists } from '../../support/wechat/tag-lists.js';
import { TagsWorld } from '../../support/worlds/tags-world.js';

const never = new AbortController().signal;

/** Tags and untags as WeChat does: a call for all of its people, or for none. */
class TaggedAtWechat extends TagLists {
  readonly calls: string[][] = [];
  /** By openid, the errcode with which a call that names them is refused. */
  readonly refused = new Map<string, number>();
  /** Happens once WeChat has done it, before the answer. */
  afterwards: () => Promise<void> | void = () => {};

  override async call(account: unknown, request: WechatRequest): Promise<WechatAnswer> {
    if (!request.path.includes('/members/')) return super.call(account, request);
    const { openid_list: people, tagid } = JSON.parse(String(request.body)) as {
      openid_list: string[];
      tagid: number;
    };
    this.calls.push(people);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    for (const openid of people) {
      const errcode = this.refused.get(openid);
      if (errcode !== undefined)
        throw new WechatRefusal(request.path, errcode, `refused rid: r-${openid}`);
    }
    const held = this.tags.get(tagid)!.openids;
    for (const openid of people) {
      const at = held.indexOf(openid);
      if (request.path.endsWith('batchtagging') && at < 0) held.push(openid);
      if (request.path.endsWith('batchuntagging') && at >= 0) held.splice(at, 1);
    }
    await this.afterwards();
    return { errcode: 0 };
  }
}

const people = (count: number, prefix = 'o'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(4, '0')}`);

describe('a list of people to tag', () => {
  let world: TagsWorld;
  let wechat: TaggedAtWechat;
  beforeEach(async () => {
    world = await TagsWorld.open();
    wechat = new TaggedAtWechat({ 100: ['a', 'b'] });
    await world.syncFrom(wechat);
  });
  afterEach(() => world.close());

  const begin = async (openids: readonly string[], verb: 'tag' | 'untag' = 'tag') =>
    (await world.taggings.begin(world.account, 100, verb, openids)).id;
  const work = (id: string, signal = never) => world.taggingAt(wechat).run(id, signal);
  const state = (id: string) => world.taggings.require(world.account, id);
  const failures = async (id: string) =>
    (await world.taggings.failures(world.account, id, { limit: 200 })).items.map(
      ({ openid, problem }) => [openid, problem.errcode, problem.rid],
    );

  it('a list of people to tag is told in calls of at most 50, each once, and they have the tag here', async () => {
    const id = await begin([...people(120), 'o0000']);
    expect(await state(id)).toMatchObject({ state: 'running', total: 120, done: 0 });
    await work(id);
    expect(wechat.calls.map((call) => call.length)).toEqual([50, 50, 20]);
    expect(await state(id)).toMatchObject({ state: 'done', total: 120, done: 120, failed: 0 });
    expect(await world.known()).toEqual({ 100: ['a', 'b', ...people(120)] });
    expect(await world.tags.list(world.account.id)).toMatchObject([{ members: 122 }]);
  });

  it('a list of people to untag takes the tag from them, and from nobody else', async () => {
    const id = await begin(['b', 'stranger'], 'untag');
    await work(id);
    expect(await state(id)).toMatchObject({ state: 'done', done: 2 });
    expect(await world.known()).toEqual({ 100: ['a'] });
    expect(await world.tags.list(world.account.id)).toMatchObject([{ members: 1 }]);
  });

  it('a list of people to tag tells each whom WeChat refuses and why, and tags all others', async () => {
    wechat.refused.set('o0007', 45059).set('o0031', 49003).set('o0059', 40003);
    const id = await begin(people(60));
    await work(id);
    expect(await state(id)).toMatchObject({ state: 'done', done: 57, failed: 3 });
    expect(await failures(id)).toEqual([
      ['o0007', 45059, 'r-o0007'],
      ['o0031', 49003, 'r-o0031'],
      ['o0059', 40003, 'r-o0059'],
    ]);
    const refused = new Set(['o0007', 'o0031', 'o0059']);
    expect((await world.known())[100]).toEqual([
      'a',
      'b',
      ...people(60).filter((openid) => !refused.has(openid)),
    ]);
  });

  it('a list of people to tag of whom WeChat refuses everybody tags nobody', async () => {
    wechat.refused.set('o0000', 49003).set('o0001', 49003);
    const id = await begin(people(2));
    await work(id);
    expect(await state(id)).toMatchObject({ state: 'done', done: 0, failed: 2 });
    expect(await world.known()).toEqual({ 100: ['a', 'b'] });
  });

  it('a list of people to tag is told again, one call at a time, while that may help', async () => {
    wechat.failures.push(
      new WechatRefusal('x', 45159, 'invalid tag id'),
      new WechatRefusal('x', -1, 'system error'),
    );
    const id = await begin(['c']);
    await work(id);
    expect(wechat.calls).toEqual([['c'], ['c'], ['c']]);
    expect(await state(id)).toMatchObject({ state: 'done', done: 1 });
  });

  it('a list of people to tag breaks off where nothing helps, and says how many are left', async () => {
    const id = await begin(people(60));
    wechat.failures.push(
      ...[1].map(() => new WechatRefusal('x', 48001, 'api unauthorized rid: 1')),
    );
    await work(id);
    const ended = await state(id);
    expect(ended).toMatchObject({
      state: 'failed',
      done: 0,
      failed: 0,
      problem: { errcode: 48001 },
    });
    expect(await world.known()).toEqual({ 100: ['a', 'b'] });
    const { rows } = await sql`select from tagging_lot`.execute(world.db);
    expect(rows).toEqual([]);
  });

  it('a list of people to tag goes on after a worker that died between WeChat’s answer and its row', async () => {
    const id = await begin(people(60));
    const settle = world.repository.settle.bind(world.repository);
    world.repository.settle = () => Promise.reject(new Error('killed'));
    await expect(work(id)).rejects.toThrow('killed');
    expect(await world.known()).toEqual({ 100: ['a', 'b'] });
    world.repository.settle = settle;
    await work(id);
    expect(wechat.calls.map((call) => call.length)).toEqual([50, 50, 10]);
    expect(await state(id)).toMatchObject({ state: 'done', done: 60 });
    expect(wechat.tags.get(100)?.openids).toHaveLength(62);
  });

  it('a list of people to tag counts each once where two workers are on it', async () => {
    const id = await begin(people(100));
    await Promise.all([work(id), work(id)]);
    await work(id);
    expect(await state(id)).toMatchObject({ state: 'done', done: 100, failed: 0 });
  });

  it('a list of people to tag is nudged once it is silent, and not once it has ended', async () => {
    const id = await begin(['c']);
    world.jobs.length = 0;
    await world.taggings.nudgeUnfinished();
    expect(world.jobs).toEqual([]);
    await sql`update tagging set alive_at = alive_at - interval '31 seconds'`.execute(world.db);
    await Promise.all([1, 2, 3].map(() => world.taggings.nudgeUnfinished()));
    expect(world.jobs).toEqual(['tagging']);
    await work(id);
    await sql`update tagging set alive_at = alive_at - interval '1 day'`.execute(world.db);
    await world.taggings.nudgeUnfinished();
    expect(world.jobs).toEqual(['tagging']);
  });

  it('a list of people to tag is kept for thirty days after its end', async () => {
    const id = await begin(['c']);
    await work(id);
    await sql`update tagging set finished_at = finished_at - interval '29 days'`.execute(world.db);
    await world.taggings.nudgeUnfinished();
    expect(await state(id)).toMatchObject({ state: 'done' });
    await sql`update tagging set finished_at = finished_at - interval '2 days'`.execute(world.db);
    await world.taggings.nudgeUnfinished();
    await expect(state(id)).rejects.toMatchObject({ code: 'tagging_not_found' });
  });

  it('a list of people to tag ends where the tag is deleted meanwhile', async () => {
    const id = await begin(['c']);
    wechat.afterwards = async () => {
      await sql`update tag set gone_at = clock_now()`.execute(world.db);
    };
    await work(id);
    expect(await state(id)).toMatchObject({ state: 'failed', problem: { code: 'tag_gone' } });
  });

  describe('while the tag is being read', () => {
    it('somebody whom we tag while the tag is being read keeps it, though the page was read before', async () => {
      const id = await begin(['c']);
      let told = false;
      wechat.beforeAnswer = async (asked) => {
        if (asked === 'list' || told) return;
        told = true;
        await work(id); // the answer on its way does not have them
      };
      wechat.bend = (answer, asked) =>
        asked.startsWith('100') && asked !== '100' ? { count: 0, next_openid: '' } : answer;
      await world.syncFrom(wechat);
      expect(told).toBe(true);
      expect(await world.known()).toEqual({ 100: ['a', 'b', 'c'] });
      expect(await world.tags.list(world.account.id)).toMatchObject([{ members: 3 }]);
    });

    it('somebody from whom we take the tag while it is being read does not have it by a page that was read before', async () => {
      const id = await begin(['a'], 'untag');
      let told = false;
      wechat.beforeAnswer = async (asked) => {
        if (asked === 'list' || told) return;
        told = true;
        await work(id); // the answer on its way still has them
      };
      await world.syncFrom(wechat);
      expect(told).toBe(true);
      expect(await world.known()).toEqual({ 100: ['b'] });
    });

    it('somebody whom we tag between comparing and parting keeps the tag', async () => {
      const id = await begin(['a']);
      const without = new TagLists({ 100: ['b'] });
      await world.sync.start(world.account);
      const walk = world.walkOf(without);
      await world.stopAt(walk, 'parting');
      await work(id);
      await walk.run(world.account.id, never);
      expect(await world.known()).toEqual({ 100: ['a', 'b'] });
    });

    it('somebody whom we tagged before a walk began, and who has lost the tag since, loses it', async () => {
      await work(await begin(['c']));
      wechat.tags.get(100)!.openids.splice(0);
      await world.syncFrom(wechat);
      expect(await world.known()).toEqual({ 100: [] });
    });

    it('whatever is tagged and untagged while walks go on, what is known in the end is what WeChat has', async () => {
      const everybody = people(40);
      let seed = 7;
      const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
      wechat.beforeAnswer = async () => {
        if (random(2) === 0) return;
        const openids = everybody.filter(() => random(4) === 0);
        if (openids.length > 0) await work(await begin(openids, random(2) ? 'tag' : 'untag'));
      };
      for (let round = 0; round < 8; round++) {
        await world.syncFrom(wechat);
        expect((await world.known())[100]).toEqual(wechat.tags.get(100)!.openids.toSorted());
      }
    });
  });
});
