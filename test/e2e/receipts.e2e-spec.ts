import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

describeBothQueues('receipts', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const suppressions = async (): Promise<{ openid: string; reason: string }[]> => {
    const { json } = await world.expect(
      200,
      'GET',
      `/v1/accounts/${world.appid}/suppressions?limit=200`,
    );
    return json.items;
  };

  it('receipts of those who block spare them the next message, until they subscribe anew', async () => {
    world = await ProductWorld.open(queue, { followers: 100, population: { blocking: 0.1 } });
    await world.ready();
    const first = (await world.finished(await world.broadcast())).counts;
    expect(first).toMatchObject({ delivered: 100 - first.blocked, skipped: 0 });
    const suppressed = await suppressions();
    expect(suppressed).toHaveLength(first.blocked);
    const [{ openid } = { openid: '' }] = suppressed;
    const follower = async () =>
      (await world.expect(200, 'GET', `/v1/accounts/${world.appid}/followers/${openid}`)).json;
    expect(await follower()).toMatchObject({
      subscribed: true,
      suppression: { reason: 'blocked', note: null },
    });

    const calls = world.wechat.stats().sends.total;
    const second = (await world.finished(await world.broadcast())).counts;
    expect(second).toMatchObject({ delivered: 100 - first.blocked, blocked: 0 });
    expect(second.skipped).toBe(first.blocked);
    expect(world.wechat.stats().sends.total - calls).toBe(100 - first.blocked);

    // Whole seconds: only a later one is newer than the receipt.
    const at = Math.floor(Date.now() / 1_000) + 2;
    await world.wechat.push({ event: 'subscribe', openid, createTime: at });
    await world.until(async () => (await follower()).suppression === null, 'the subscription');
    expect(await suppressions()).toHaveLength(first.blocked - 1);
    expect((await world.finished(await world.broadcast())).counts.blocked).toBe(1);
  });

  it('receipts arrive among pushes that nobody can read, and none is lost', async () => {
    world = await ProductWorld.open(queue, {
      followers: 200,
      receipts: { early: 0.3, twice: 0.3, shuffle: true, delayMinMs: 0, delayMaxMs: 200 },
    });
    await world.ready();
    const id = await world.broadcast();
    const poison = [
      {
        event: 'TEMPLATESENDJOBFINISH',
        fields: { MsgID: '99999999999999999999', Status: 'success' },
      },
      { event: 'TEMPLATESENDJOBFINISH', fields: { MsgID: 'x', Status: 'success' } },
      { event: 'TEMPLATESENDJOBFINISH', fields: { MsgID: '5', Status: '' } },
      {
        event: 'TEMPLATESENDJOBFINISH',
        fields: { MsgID: '9999999999999999999', Status: 'success' },
      },
      { event: 'subscribe', openid: 'o:1' },
    ];
    for (let n = 0; n < 40; n++) await world.wechat.push(poison[n % poison.length]!);
    const { counts } = await world.finished(id);
    expect(counts.delivered).toBe(200);
    expect(world.wechat.stats().duplicates).toBe(0);
  });

  it('receipts without a msgid settle their deliveries by time, a minute later', async () => {
    world = await ProductWorld.open(queue, { followers: 50, receipts: { zeroMsgid: 1 } });
    await world.ready();
    const id = await world.broadcast();
    await world.until(async () => (await world.show(id)).state === 'finished', 'the last answer');
    expect((await world.show(id)).counts.accepted).toBe(50);
    await world.wechat.account().pushes.whenIdle();

    // The minute passes with a restart.
    await world.stop();
    await world.start({ CLOCK_OFFSET_MS: '90000' });
    expect((await world.finished(id)).counts.delivered).toBe(50);
  });
});
