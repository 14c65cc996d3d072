import { type ProductAnswer, ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

const BURST = 200;

/** What one recipient's message promises, over HTTP, to the receipt. */
describeBothQueues('a single message', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  async function message(change: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const { audience: _, ...body } = await world.body();
    return { ...body, openid: world.openid(0), ...change };
  }
  const send = async (change: Record<string, unknown> = {}): Promise<ProductAnswer> =>
    world.expect(202, 'POST', '/v1/messages', await message(change));
  const show = async (id: string) => (await world.expect(200, 'GET', `/v1/messages/${id}`)).json;
  const delivered = (id: string) =>
    world.until(async () => (await show(id)).state === 'delivered', `message ${id} to arrive`);

  it('a single message is one in the ledger, and one answer, for a hundred who ask at once with one key', async () => {
    world = await ProductWorld.open(queue);
    await world.ready();
    const body = await message({ dedupeKey: '视频邀请-1', dedupeTtlSeconds: 7_200 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => world.expect(202, 'POST', '/v1/messages', body)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { json: another } = await send({ ...body, openid: world.openid(1) });
    const id = answers[0]?.json.id;
    expect(another.id).not.toBe(id);

    await delivered(id);
    await delivered(another.id);
    expect(await show(id)).toMatchObject({
      openid: world.openid(0),
      state: 'delivered',
      attempts: 1,
      errcode: null,
      msgid: expect.stringMatching(/^\d+$/),
      settledAt: expect.any(String),
      receiptAt: expect.any(String),
    });
    expect(world.wechat.stats(world.appid)).toMatchObject({ accepted: 2, duplicates: 0 });
  });

  it('a single message that WeChat refuses says why, and gives its key back', async () => {
    world = await ProductWorld.open(queue);
    await world.ready();
    world.fault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: 43004 } });
    const { json: refused } = await send({ dedupeKey: 'k' });
    await world.until(async () => (await show(refused.id)).state === 'refused', 'the refusal');
    expect(await show(refused.id)).toMatchObject({
      errcode: 43004,
      meaning: { zh: expect.any(String), en: expect.any(String) },
    });

    const { json: again } = await send({ dedupeKey: 'k', openid: world.openid(0) });
    expect(again.id).not.toBe(refused.id);
  });

  it('a single message overtakes a broadcast, as a burst of them does, and the broadcast goes on beside them', async () => {
    world = await ProductWorld.open(queue, { followers: 1_000 });
    await world.ready();
    const broadcast = await world.broadcast({ sendsPerSecond: 50 });
    await world.until(async () => (await world.show(broadcast)).counts.delivered > 0, 'a start');

    const body = await message();
    const answers = await Promise.all(
      Array.from({ length: BURST }, (_, i) =>
        world.expect(202, 'POST', '/v1/messages', { ...body, openid: world.openid(i) }),
      ),
    );
    await Promise.all(answers.map(({ json }) => delivered(json.id)));
    const { counts } = await world.show(broadcast);
    expect(counts.delivered).toBeLessThan(1_000);

    await world.finished(broadcast);
    expect(world.wechat.stats(world.appid)).toMatchObject({
      accepted: 1_000 + BURST,
      delivered: 1_000 + BURST,
    });
  });
});
