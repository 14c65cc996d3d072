import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly blockers: readonly { code: string }[];
}

describeBothQueues('a preflight', (queue) => {
  let world: ProductWorld;
  beforeAll(async () => {
    world = await ProductWorld.open(queue);
    await world.ready();
    const account = `/v1/accounts/${world.appid}`;
    await world.expect(200, 'PATCH', account, { policy: { preflightAbove: 0 } });
    for (const n of [1, 2, 3])
      await world.expect(201, 'POST', `${account}/suppressions`, { openid: world.openid(n) });
  });
  afterAll(() => world.close());

  const checked = async (id: string): Promise<Shown> => {
    const { json } = await world.expect(202, 'POST', `/v1/broadcasts/${id}/preflight`, {});
    let shown = json as Shown;
    await world.until(async () => {
      shown = (await world.expect(200, 'GET', `/v1/broadcasts/preflight/${json.id}`)).json;
      return shown.state === 'done';
    }, 'the preflight');
    return shown;
  };
  const start = (id: string) => world.call('POST', `/v1/broadcasts/${id}/start`, {});

  it('a preflight blocks a broadcast that reaches nobody, lets it start once mended, and counted exactly who gets it', async () => {
    const openids = [1, 2, 3].map((n) => world.openid(n));
    const id = await world.broadcast({ draft: true, audience: { kind: 'openids', openids } });
    expect((await start(id)).json.code).toBe('preflight_required');
    const first = await checked(id);
    expect(first.blockers.map(({ code }) => code)).toEqual(['no_recipients']);
    expect(first.counts).toMatchObject({ sources: 3, suppressed: 3, recipients: 0 });
    expect((await start(id)).json.code).toBe('preflight_blocked');

    await world.expect(200, 'PATCH', `/v1/broadcasts/${id}`, { audience: { kind: 'all' } });
    expect((await start(id)).json.code).toBe('preflight_stale');
    const second = await checked(id);
    expect(second.blockers).toEqual([]);
    expect(second.counts).toMatchObject({ sources: 200, suppressed: 3, recipients: 197 });
    expect((await start(id)).status).toBe(200);

    const { total, counts } = await world.finished(id);
    expect(total - counts.skipped).toBe(second.counts['recipients']);
    expect(world.wechat.stats()).toMatchObject({ accepted: 197, duplicates: 0 });
  });
});
