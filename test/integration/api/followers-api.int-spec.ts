import pg from 'pg';
import { ProductWorld } from '../../support/worlds/product-world.js';
import { describeBothQueues } from '../../support/stores/redis.js';

describeBothQueues('the followers of an account, over HTTP', (queue) => {
  let world: ProductWorld;
  const path = (rest = '') => `/v1/accounts/${world.appid}/followers${rest}`;
  const synced = async () =>
    world.until(async () => {
      const { json } = await world.expect(200, 'GET', path('/sync'));
      if (json.state === 'failed') throw new Error(JSON.stringify(json));
      return json.state === 'done';
    }, 'the sync');

  describe('', () => {
    beforeAll(async () => {
      world = await ProductWorld.open(queue, { followers: 12_345 });
      await world.ready();
    });
    afterAll(() => world.close());

    it('the followers of an account, over HTTP, are read by a job, and its progress can be read', async () => {
      expect((await world.expect(200, 'GET', path('/sync'))).json).toEqual({
        state: 'done',
        seen: 12_345,
        skipped: 0,
        total: 12_345,
        startedAt: expect.any(String) as string,
        finishedAt: expect.any(String) as string,
        error: null,
        waitingFor: null,
      });
    });

    it('the followers of an account, over HTTP, are listed page by page, each once', async () => {
      const openids: string[] = [];
      for (let after = ''; ;) {
        const { json } = await world.expect(200, 'GET', path(`?limit=200${after}`));
        openids.push(...json.items.map(({ openid }: { openid: string }) => openid));
        if (json.next === null) break;
        after = `&after=${json.next}`;
      }
      expect(new Set(openids).size).toBe(12_345);
      expect(openids).toEqual(openids.toSorted());
    });

    it('the followers of an account, over HTTP, are found one by one', async () => {
      const openid = world.openid(7);
      const { json } = await world.expect(200, 'GET', path(`/${openid}`));
      expect(json).toMatchObject({ openid, subscribed: true });
      for (const stranger of ['nobody', 'no%00body', 'x'.repeat(80)]) {
        const answer = await world.expect(404, 'GET', path(`/${stranger}`));
        expect(answer.json).toMatchObject({ code: 'follower_not_found' });
      }
    });

    it.each(['?limit=0', '?limit=x', '?after=%00', '?subscribed=perhaps', '?colour=red'])(
      'the followers of an account, over HTTP, are not listed by %s',
      async (query) => {
        const { json } = await world.expect(400, 'GET', path(query));
        expect(json).toMatchObject({ code: 'invalid_request' });
      },
    );

    it('the followers of an account, over HTTP, follow what the next sync and the pushes in between say', async () => {
      const [gone, silent] = [world.openid(0), world.openid(1)];
      world.wechat.moveFollowers({ unsubscribe: [gone], push: true });
      world.wechat.moveFollowers({ unsubscribe: [silent], push: false });
      const shows = async (openid: string) =>
        (await world.expect(200, 'GET', path(`/${openid}`))).json.subscribed;
      await world.until(async () => !(await shows(gone)), 'the push');
      expect(await shows(silent)).toBe(true);

      // Between the two pages of this walk somebody of the first page leaves, and somebody new comes.
      const [later, last] = [world.openid(2), world.openid(12_345)];
      world.wechat.moveFollowers({ afterPages: 1, unsubscribe: [later], subscribe: 1, push: true });
      await world.expect(202, 'POST', path('/sync'));
      await synced();
      await world.until(async () => !(await shows(later)) && (await shows(last)), 'the pushes');
      expect(await shows(silent)).toBe(false);
      const { json } = await world.expect(200, 'GET', path('?subscribed=false'));
      expect(json.items.map(({ openid }: { openid: string }) => openid)).toEqual(
        [gone, silent, later].toSorted(),
      );
    });
  });

  describe('', () => {
    beforeEach(async () => {
      world = await ProductWorld.open(queue, { followers: 25_000 });
      await world.ready();
    });
    afterEach(() => world.close());

    it('the followers of an account, over HTTP, are read once however often a sync is asked for while it runs', async () => {
      world.fault({
        when: { path: '/cgi-bin/user/get', times: 1 },
        fault: { kind: 'delay', ms: 500 },
      });
      const answers = await Promise.all(
        [1, 2, 3].map(() => world.expect(202, 'POST', path('/sync'))),
      );
      expect(new Set(answers.map(({ json }) => json.startedAt)).size).toBe(1);
      expect(answers.map(({ json }) => json.state)).toEqual(['running', 'running', 'running']);
      await synced();
    });

    it('the followers of an account, over HTTP, say why they could not be read', async () => {
      world.fault({
        when: { path: '/cgi-bin/user/get', skip: 1 },
        fault: { kind: 'errcode', errcode: 48001 },
      });
      await world.expect(202, 'POST', path('/sync'));
      await world.until(async () => {
        const { json } = await world.expect(200, 'GET', path('/sync'));
        return json.state === 'failed';
      }, 'the failure');
      const { json } = await world.expect(200, 'GET', path('/sync'));
      expect(json).toMatchObject({
        seen: 10_000,
        error: { errcode: 48001, rid: expect.any(String) as string },
      });
    });

    it('the followers of an account, over HTTP, go on being read after a restart in the middle, from where it was', async () => {
      world.fault({
        when: { path: '/cgi-bin/user/get', skip: 1, times: 1 },
        fault: { kind: 'delay', ms: 300 },
      });
      await world.expect(202, 'POST', path('/sync'));
      await world.until(async () => (await world.expect(200, 'GET', path('/sync'))).json.seen > 0);
      await world.stop();

      const client = new pg.Client({ connectionString: world.databaseUrl });
      await client.connect();
      const { rows } = await client.query(`
        update follower_sync set alive_at = alive_at - interval '1 minute' returning state, cursor`);
      await client.end();
      expect(rows).toMatchObject([{ state: 'running' }]);

      await world.start();
      await synced();
      expect((await world.expect(200, 'GET', path('/sync'))).json).toMatchObject({ seen: 25_000 });
    });
  });
});
