import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

describeBothQueues('the main job', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it('the main job reaches every follower once, and the counts are what WeChat did', async () => {
    world = await ProductWorld.open(queue, {
      followers: 400,
      population: { left: 0.05, blocking: 0.03, failing: 0.02 },
      receipts: { early: 0.2, twice: 0.1, shuffle: true, delayMinMs: 0, delayMaxMs: 100 },
    });
    await world.ready();
    const broadcast = await world.finished(await world.broadcast());

    const seen = world.wechat.stats();
    expect(broadcast.counts).toMatchObject({
      delivered: seen.delivered,
      blocked: seen.blocked,
      failed: seen.failed,
      refused: 20,
      unknown: 0,
      pending: 0,
      queued: 0,
      sending: 0,
    });
    expect(broadcast.total).toBe(400);
    for (const some of ['delivered', 'blocked', 'failed'] as const)
      expect(seen[some]).toBeGreaterThan(0);
    expect(seen).toMatchObject({ duplicates: 0, tokenCalls: 1 });
    expect(broadcast.errors).toMatchObject([{ errcode: 43004, count: 20 }]);
  });

  it('the main job goes to a list of openids, whose deliveries can be read one by one', async () => {
    world = await ProductWorld.open(queue);
    await world.ready();
    const openids = [world.openid(3), world.openid(5), world.openid(8)];
    const id = await world.broadcast({ audience: { kind: 'openids', openids } });
    expect((await world.finished(id)).counts.delivered).toBe(3);

    const { json } = await world.expect(200, 'GET', `/v1/broadcasts/${id}/deliveries`);
    expect(json.items.map((d: { openid: string }) => d.openid)).toEqual(openids.toSorted());
    const [first] = json.items;
    const ledger = world.wechat.ledger({ openid: first.openid });
    expect(JSON.stringify(ledger)).toContain(first.msgid);
    expect(BigInt(first.msgid)).toBeGreaterThan(2n ** 53n);
  });

  it("the main job takes the older sender's text", async () => {
    world = await ProductWorld.open(queue);
    await world.ready();
    const id = await world.broadcast({
      templateId: await world.templateId('课程开课提醒'),
      fields: undefined,
      content:
        '{{first.你好}} \n讲       师：{{keyword1.张三}} \n课程名称：{{keyword2.微信公众号开发}} \n开始时间：{{keyword3.2020-11-23 8:00}} \n结束时间：{{keyword4.2020-11-23 9:00}} \n{{remark.欢迎参加}}',
      audience: { kind: 'openids', openids: [world.openid(1)] },
    });
    expect((await world.finished(id)).counts.delivered).toBe(1);
    expect(JSON.stringify(world.wechat.ledger({ openid: world.openid(1) }))).toContain(
      '微信公众号开发',
    );
  });

  it('the main job pauses, sends nothing meanwhile, and goes on to the end', async () => {
    world = await ProductWorld.open(queue, { followers: 300 });
    await world.ready({ sendsPerSecond: 100 });
    const id = await world.broadcast();
    await world.until(async () => world.wechat.stats().accepted > 20, 'the first messages');

    const paused = await world.verb(id, 'pause');
    expect(paused).toMatchObject({ state: 'paused', holds: [{ reason: 'operator' }] });
    await world.until(async () => {
      const { queued, sending } = (await world.show(id)).counts;
      return queued + sending === 0;
    }, 'the jobs to drain');
    const { accepted } = world.wechat.stats();
    expect(accepted).toBeLessThan(300);

    await world.verb(id, 'resume');
    const done = await world.finished(id);
    expect(done.counts.delivered).toBe(300);
    expect(world.wechat.stats()).toMatchObject({ accepted: 300, duplicates: 0 });
  });

  it('the main job is cancelled: nobody else is sent to, and everybody is accounted for', async () => {
    world = await ProductWorld.open(queue, { followers: 300 });
    await world.ready({ sendsPerSecond: 60 });
    const id = await world.broadcast();
    await world.until(async () => world.wechat.stats().accepted > 20, 'the first messages');
    await world.verb(id, 'cancel');

    await world.until(async () => {
      const { counts } = await world.show(id);
      return counts.pending + counts.queued + counts.sending + counts.accepted === 0;
    }, 'every row to be closed');
    const { counts, total, state } = await world.show(id);
    expect(state).toBe('cancelled');
    expect(total).toBe(300);
    expect(counts.delivered).toBe(world.wechat.stats().delivered);
    expect(counts.delivered + counts.skipped + counts.unknown).toBe(300);
    expect((await world.call('POST', `/v1/broadcasts/${id}/resume`)).status).toBe(409);
  });

  it('the main job survives a stop and a start in the middle: nobody is missed, nobody sees it twice', async () => {
    world = await ProductWorld.open(queue, {
      followers: 300,
      sending: { latencyMinMs: 50, latencyMaxMs: 150 },
      // However long the start takes.
      receipts: { tries: 60 },
    });
    await world.ready({ sendsPerSecond: 100 });
    const id = await world.broadcast();
    await world.until(async () => world.wechat.stats().accepted > 40, 'the first messages');
    await world.stop();
    await world.start();

    const { counts } = await world.finished(id);
    expect(counts.delivered).toBe(300);
    expect(world.wechat.stats()).toMatchObject({ duplicates: 0, recipients: 300 });
  });

  it('the main job waits while its whole account is held', async () => {
    world = await ProductWorld.open(queue, { followers: 30 });
    await world.ready();
    await world.expect(200, 'POST', `/v1/accounts/${world.appid}/hold`);
    const id = await world.broadcast();
    await world.until(async () => (await world.show(id)).expanded, 'the expansion');
    expect((await world.show(id)).limitedBy).toBe('account');
    expect(world.wechat.stats().accepted).toBe(0);
    await world.expect(200, 'POST', `/v1/accounts/${world.appid}/lift`);
    expect((await world.finished(id)).counts.delivered).toBe(30);
  });
});
