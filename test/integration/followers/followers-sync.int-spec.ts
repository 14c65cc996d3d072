import { spokenFault } from '../../../src/accounts/spoken-fault.js';
import { AccountFaulted } from '../../../src/token/store/token.errors.js';
import { WechatRefusal, WechatUnreachable } from '../../../src/wechat/wechat.errors.js';
import { sql } from 'kysely';
import { FollowerList } from '../../support/wechat/follower-list.js';
import {
  addAccount,
  FollowersWorld,
  secondsFromNow,
} from '../../support/worlds/followers-world.js';
import { both } from '../../../src/kernel/bilingual.js';

const never = new AbortController().signal;
const PATH = '/cgi-bin/user/get';

describe('a sync of followers', () => {
  let world: FollowersWorld;
  beforeEach(async () => {
    world = await FollowersWorld.open();
  });
  afterEach(() => world.close());

  describe('reads the list', () => {
    it('a sync of followers reads the list page by page to its end, and omits the cursor on the first call', async () => {
      const list = new FollowerList(['d', 'b', 'e', 'a', 'c'], 2);
      await world.syncFrom(list);

      expect(list.asked).toEqual([undefined, 'b', 'a', 'c']);
      expect(await world.known()).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await world.row()).toMatchObject({
        state: 'done',
        seen: 5,
        total: 5,
        skipped: 0,
        problem: null,
      });
      expect(await world.followers.count(world.account.id)).toBe(5);
    });

    it('a sync of followers reads the list of an account that nobody follows', async () => {
      await world.syncFrom(new FollowerList([]));
      expect(await world.row()).toMatchObject({ state: 'done', seen: 0, total: 0 });
      expect(await world.followers.hasSynced(world.account.id)).toBe(true);
    });

    it('a sync of followers does not read the list beyond a page whose next_openid is the cursor that was sent', async () => {
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.bend = (answer, call) => (call === 2 ? { ...answer, next_openid: 'b' } : answer);
      await world.syncFrom(list);
      expect(list.asked).toEqual([undefined, 'b']);
      expect(await world.known()).toEqual(['a', 'b', 'c']);
    });

    it('a sync of followers does not read the list beyond an empty next_openid, whatever total says', async () => {
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.bend = (answer, call) => ({
        ...answer,
        total: 999_999,
        ...(call === 2 ? { next_openid: '' } : {}),
      });
      await world.syncFrom(list);
      expect(list.asked).toEqual([undefined, 'b']);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 3, total: 999_999 });
    });

    it('a sync of followers reads the list on when total says that it must have ended', async () => {
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.bend = (answer) => ({ ...answer, total: 1 });
      await world.syncFrom(list);
      expect(await world.known()).toEqual(['a', 'b', 'c']);
    });

    it('a sync of followers reads the list without empty entries, doubles within and across pages, and what is no openid', async () => {
      const list = new FollowerList(['a', 'b', 'd', 'e'], 2);
      list.bend = (answer, call) =>
        call === 2 ? { ...answer, data: { openid: ['', 'd', 'a', 'd', 'c:1', 'e'] } } : answer;
      await world.syncFrom(list);
      expect(await world.known()).toEqual(['a', 'b', 'd', 'e']);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 4, skipped: 1 });
    });

    it('a sync of followers reads the list in byte order whatever the case of its openids', async () => {
      await world.syncFrom(new FollowerList(['oB', 'oa', 'o_', 'o-', 'o0', 'oA']));
      expect(await world.known()).toEqual(['o-', 'o0', 'oA', 'oB', 'o_', 'oa']);
    });
  });

  describe('finds out who is gone', () => {
    it('a sync of followers finds out who is gone once the list is read to the end', async () => {
      await world.syncFrom(new FollowerList(['a', 'b', 'c', 'd']));
      const list = new FollowerList(['d', 'b', 'e']);
      const before: string[][] = [];
      list.beforeAnswer = async () => void before.push(await world.known());
      await world.syncFrom(list);

      expect(before.at(-1)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await world.known()).toEqual(['-a', 'b', '-c', 'd', 'e']);
      expect(await world.followers.count(world.account.id)).toBe(3);
    });

    it('a sync of followers finds out who is gone in lots, each a transaction of its own, however many they are', async () => {
      const gone = Array.from({ length: 12_001 }, (_, i) => `o${String(i).padStart(6, '0')}`);
      await world.syncFrom(new FollowerList([...gone, 'z'], 10_000));
      await world.sync.start(world.account);
      const walk = world.walkOf(new FollowerList(['z']));
      await stopAt(walk, 'parting');

      expect(await world.syncs.partWithLot(await world.row())).toBe('parted');
      expect((await world.known()).filter((openid) => openid.startsWith('-'))).toHaveLength(5_000);
      await walk.run(world.account.id, never);
      expect((await world.known()).filter((openid) => !openid.startsWith('-'))).toEqual(['z']);
      expect(await leftovers()).toEqual([0, 0]);
    });

    it('a sync of followers takes back who is listed again', async () => {
      await world.syncFrom(new FollowerList(['a', 'b']));
      await world.syncFrom(new FollowerList(['b']));
      await world.syncFrom(new FollowerList(['a', 'b']));
      expect(await world.known()).toEqual(['a', 'b']);
    });

    it('a sync of followers finds out who is gone of this account alone', async () => {
      const other = await addAccount(world.db, 'wx0000000000000002');
      await world.events.apply([
        { accountId: other.id, openid: 'a', kind: 'subscribe', at: new Date(0) },
      ]);
      await world.syncFrom(new FollowerList(['a', 'b']));
      await world.syncFrom(new FollowerList(['b']));
      expect(await world.known()).toEqual(['-a', 'b']);
      expect(await world.known(other.id)).toEqual(['a']);
    });

    it('a sync of followers writes nothing to those of whom nothing has changed', async () => {
      const everyone = Array.from({ length: 500 }, (_, i) => `o${i}`);
      await world.syncFrom(new FollowerList(everyone, 100));
      const versions = () =>
        sql`select openid, xmin::text, xmax::text, ctid::text from follower order by openid`.execute(
          world.db,
        );
      const before = await versions();
      await world.syncFrom(new FollowerList(everyone.toReversed(), 70));
      expect((await versions()).rows).toEqual(before.rows);
      expect(await world.row()).toMatchObject({ walk: 2, seen: 500 });
    });
  });

  describe('gives way to events', () => {
    it('a sync of followers gives way to events of those who come while it runs, on a page that was read before or not at all', async () => {
      const list = new FollowerList(['a', 'b', 'c', 'd'], 2);
      list.beforeAnswer = (call) =>
        call === 2 ? world.pushed('subscribe', 'new', secondsFromNow(0)) : undefined;
      await world.syncFrom(list);
      expect(await world.known()).toEqual(['a', 'b', 'c', 'd', 'new']);
    });

    it('a sync of followers gives way to events of those who leave while it runs, though the list still has them', async () => {
      const list = new FollowerList(['a', 'b', 'c', 'd'], 2);
      list.beforeAnswer = async (call) => {
        if (call !== 2) return;
        await world.pushed('unsubscribe', 'a', secondsFromNow(0)); // was on the first page
        await world.pushed('unsubscribe', 'd', secondsFromNow(0)); // is on this one
      };
      await world.syncFrom(list);
      expect(await world.known()).toEqual(['-a', 'b', 'c', '-d']);
    });

    it('a sync of followers gives way to events that come between comparing and parting', async () => {
      await world.syncFrom(new FollowerList(['a', 'b']));
      await world.sync.start(world.account);
      const walk = world.walkOf(new FollowerList(['b']));
      await stopAt(walk, 'parting');
      await world.pushed('subscribe', 'a', secondsFromNow(0));
      await walk.run(world.account.id, never);
      expect(await world.known()).toEqual(['a', 'b']);
    });

    it('events that come after a sync of followers count, and of those the older ones are no news', async () => {
      await world.syncFrom(new FollowerList(['a']));
      await world.pushed('unsubscribe', 'a', secondsFromNow(-60));
      await world.pushed('subscribe', 'b', secondsFromNow(-60));
      expect(await world.known()).toEqual(['a']);
      await world.pushed('unsubscribe', 'a', secondsFromNow(0));
      await world.pushed('subscribe', 'b', secondsFromNow(0));
      expect(await world.known()).toEqual(['-a', 'b']);
    });

    it('a sync of followers does not give way to older events: who left and is listed has come back, who came and is not listed has left', async () => {
      await world.pushed('unsubscribe', 'a', secondsFromNow(-5));
      await world.pushed('subscribe', 'b', secondsFromNow(-5));
      await world.syncFrom(new FollowerList(['a']));
      expect(await world.known()).toEqual(['a', '-b']);
    });
  });

  describe('survives', () => {
    it('a sync of followers survives a worker that dies at any step: the next one goes on from there', async () => {
      const everyone = ['a', 'b', 'c', 'd', 'e', 'f'];
      await world.syncFrom(new FollowerList([...everyone, 'x', 'y']));
      await world.sync.start(world.account);
      const list = new FollowerList(everyone, 2);
      let steps = 0;
      while ((await world.row()).state === 'running') {
        await oneStep(world.walkOf(list));
        steps++;
      }
      expect(list.asked).toEqual([undefined, 'b', 'd', 'f']); // no page twice
      expect(steps).toBe(4 + 1 + 1 + 1);
      expect(await world.known()).toEqual([...everyone, '-x', '-y']);
    });

    it('a sync of followers survives two workers at once: each page counts once, and the loser leaves', async () => {
      await world.sync.start(world.account);
      const list = new FollowerList(['a', 'b', 'c', 'd', 'e'], 2);
      let waiting = 0;
      let open: () => void = () => {};
      const both = new Promise<void>((resolve) => (open = resolve));
      list.beforeAnswer = async () => {
        if (++waiting === 2) open();
        await both;
      };
      await Promise.all([1, 2].map(() => world.walkOf(list).run(world.account.id, never)));
      expect(list.asked.filter((cursor) => cursor === undefined)).toHaveLength(2);
      expect(list.asked.filter((cursor) => cursor === 'd')).toHaveLength(1);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 5 });
      expect(await world.known()).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('a sync of followers survives a worker of an earlier walk that comes late: it changes nothing', async () => {
      await world.sync.start(world.account);
      const early = await world.row();
      await world.syncs.fail(early, problem);
      await sql`insert into follower_parting values (${world.account.id}, 'x', '{x}')`.execute(
        world.db,
      );
      await world.sync.start(world.account);

      const page = { openids: ['z'], skipped: 0, total: 1, next: null };
      expect(await world.syncs.storePage(early, page)).toBe('lost');
      expect(await world.syncs.compare(early)).toBe(false);
      expect(await world.syncs.partWithLot(early)).toBe('lost');
      expect(await world.syncs.finish(early)).toBe(false);
      expect(await world.syncs.keepAlive(early)).toBe(false);
      await world.syncs.fail(early, problem);
      expect(await world.row()).toMatchObject({ walk: 2, state: 'running', seen: 0 });
      expect(await world.known()).toEqual([]);
    });

    it('a sync of followers survives being stopped between two pages', async () => {
      await world.sync.start(world.account);
      const stopping = new AbortController();
      const list = new FollowerList(['a', 'b', 'c', 'd'], 2);
      list.beforeAnswer = (call) => (call === 1 ? stopping.abort() : undefined);
      await world.walkOf(list).run(world.account.id, stopping.signal);
      expect(await world.row()).toMatchObject({ state: 'running', cursor: 'b', seen: 2 });
    });

    it('a sync of followers survives an account that is removed meanwhile', async () => {
      await world.sync.start(world.account);
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.beforeAnswer = async (call) => {
        if (call === 2)
          await sql`delete from account where id = ${world.account.id}`.execute(world.db);
      };
      await world.walkOf(list).run(world.account.id, never);
      expect(await world.known()).toEqual([]);
      expect(await leftovers()).toEqual([0, 0]);
    });
  });

  describe('when WeChat does not give a page', () => {
    it('a sync of followers when WeChat does not give a page asks again, while that may help', async () => {
      const list = new FollowerList(['a']);
      list.failures.push(
        new WechatRefusal(PATH, -1, 'system error rid: 1-2-3'),
        new WechatUnreachable(PATH, 'maybe', new Error('timeout')),
      );
      await world.syncFrom(list);
      expect(await world.row()).toMatchObject({ state: 'done', seen: 1 });
    });

    it('a sync of followers when WeChat does not give a page gives up after some tries, and keeps whom it has read', async () => {
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.beforeAnswer = (call) => {
        if (call === 1)
          list.failures.push(
            ...[1, 2, 3].map(() => new WechatRefusal(PATH, -1, 'system error rid: 7-8-9')),
          );
      };
      await world.syncFrom(new FollowerList(['gone']));
      await world.syncFrom(list);

      expect(await world.row()).toMatchObject({
        state: 'failed',
        problem: {
          errcode: -1,
          rid: '7-8-9',
          zh: expect.any(String) as string,
          en: expect.any(String) as string,
        },
      });
      expect(await world.known()).toEqual(['a', 'b', 'gone']); // nobody is gone by half a list
      expect(await leftovers()).toEqual([0, 0]);
      expect(await world.followers.count(world.account.id)).toBe(1);
    });

    it.each([
      [
        { errcode: 48001, rid: '4-5-6' },
        new WechatRefusal(PATH, 48001, 'api unauthorized rid: 4-5-6'),
      ],
      [
        { errcode: 45009, rid: '4-5-7' },
        new WechatRefusal(PATH, 45009, 'reach max quota rid: 4-5-7'),
      ],
      [
        { errcode: 40164, rid: '4-5-8' },
        new AccountFaulted('wx0000000000000001', {
          code: 'ip_not_allowed',
          errcode: 40164,
          rid: '4-5-8',
          ...spokenFault(both('不在白名单。', 'not in whitelist')),
        }),
      ],
    ])(
      'a sync of followers when WeChat does not give a page fails at once when that cannot help: %o',
      async (problem, error) => {
        const list = new FollowerList(['a']);
        list.failures.push(error);
        await world.syncFrom(list);
        expect(list.asked).toHaveLength(1);
        const row = await world.row();
        expect(row).toMatchObject({ state: 'failed', problem });
        expect(row.finishedAt).toBeInstanceOf(Date);
        expect(row.problem?.zh).toMatch(/\p{Script=Han}/u);
        expect(row.problem?.en).not.toBe('');
        expect(await world.followers.hasSynced(world.account.id)).toBe(false);
      },
    );

    it('a sync of followers when WeChat does not give a page does not take another answer for the end of the list', async () => {
      await world.syncFrom(new FollowerList(['a']));
      const list = new FollowerList(['a']);
      list.bend = () => ({});
      await world.syncFrom(list);
      expect(await world.row()).toMatchObject({ state: 'failed', problem: { errcode: null } });
      expect(await world.known()).toEqual(['a']);
    });

    it('a sync of followers when WeChat does not give a page does not walk in circles', async () => {
      const list = new FollowerList(['a', 'b', 'c', 'd', 'e', 'f'], 2);
      list.bend = (answer, call) => (call === 3 ? { ...answer, next_openid: 'b' } : answer);
      await world.syncFrom(list);
      expect(list.asked).toEqual([undefined, 'b', 'd', 'b']);
      expect(await world.row()).toMatchObject({ state: 'failed', seen: 6 });
    });

    it('a sync of followers when WeChat does not give a page can be started again, from the beginning', async () => {
      const list = new FollowerList(['a', 'b', 'c'], 2);
      list.beforeAnswer = (call) => {
        if (call === 1) list.failures.push(new WechatRefusal(PATH, 48001, 'no'));
      };
      await world.syncFrom(list);
      await world.syncFrom(list);
      expect(await world.row()).toMatchObject({ state: 'done', walk: 2, seen: 3, problem: null });
    });
  });

  describe('is started', () => {
    it('a sync of followers is started once: a second start answers with the one that runs', async () => {
      const starts = await Promise.all([1, 2, 3].map(() => world.sync.start(world.account)));
      expect(starts.map(({ walk, state }) => ({ walk, state }))).toEqual(
        starts.map(() => ({ walk: 1, state: 'running' })),
      );
      expect(world.jobs).toEqual([{ accountId: world.account.id }]);
    });

    it('a sync of followers is not started for a mini program', async () => {
      await expect(
        world.sync.start({ ...world.account, kind: 'mini_program' }),
      ).rejects.toMatchObject({
        kind: 'unprocessable',
        code: 'account_kind_without_followers',
      });
    });

    it('a sync of followers is started again by the sweep when nobody is at it, and once for all workers', async () => {
      await world.sync.start(world.account);
      world.jobs.length = 0;
      await world.sync.nudgeUnfinished();
      expect(world.jobs).toEqual([]);

      await sql`update follower_sync set alive_at = clock_now() - interval '31 seconds'`.execute(
        world.db,
      );
      await Promise.all([1, 2, 3].map(() => world.sync.nudgeUnfinished()));
      expect(world.jobs).toEqual([{ accountId: world.account.id }]);
    });

    it('a sync of followers is not started by the sweep once it has ended', async () => {
      await world.syncFrom(new FollowerList(['a']));
      await sql`update follower_sync set alive_at = clock_now() - interval '1 day'`.execute(
        world.db,
      );
      world.jobs.length = 0;
      await world.sync.nudgeUnfinished();
      expect(world.jobs).toEqual([]);
    });
  });

  /** Runs a worker that dies after one transaction. */
  async function oneStep(walk: ReturnType<FollowersWorld['walkOf']>): Promise<void> {
    const before = JSON.stringify(await world.row());
    const dying = new AbortController();
    const signal = {
      get aborted() {
        return dying.signal.aborted;
      },
    } as AbortSignal;
    const find = world.syncs.findSync.bind(world.syncs);
    let looked = 0;
    world.syncs.findSync = (id) => {
      if (++looked > 1) dying.abort();
      return looked > 1 ? Promise.resolve(undefined) : find(id);
    };
    try {
      await walk.run(world.account.id, signal);
    } finally {
      world.syncs.findSync = find;
    }
    expect(JSON.stringify(await world.row())).not.toBe(before);
  }

  async function stopAt(walk: ReturnType<FollowersWorld['walkOf']>, step: string): Promise<void> {
    while ((await world.row()).step !== step) await oneStep(walk);
  }

  async function leftovers(): Promise<number[]> {
    const { rows } = await sql<{ pages: number; lots: number }>`
      select (select count(*) from follower_walk_page)::int as pages,
             (select count(*) from follower_parting)::int as lots`.execute(world.db);
    return [rows[0]?.pages ?? -1, rows[0]?.lots ?? -1];
  }
});

const problem = {
  code: 'test',
  params: {},
  errcode: null,
  rid: null,
  message: 'test',
  zh: '测试',
  en: 'test',
};
