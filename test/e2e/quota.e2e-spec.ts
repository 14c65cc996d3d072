import { nextQuotaReset } from '../../src/pacing/wechat-day.js';
import { SEND_PATH } from '../../src/simulator/kernel/paths.js';
import { ProductWorld } from '../support/worlds/product-world.js';

/** WeChat's daily quota, from the first look at it to the next day. */
describe('the daily quota', () => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const open = async (options: Parameters<typeof ProductWorld.open>[1]): Promise<void> => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, options);
  };

  /** The next WeChat day begins, for us and for WeChat; the service starts again as after a night. */
  async function passMidnight(offsetMs: number): Promise<number> {
    const now = Date.now() + offsetMs;
    const offset = offsetMs + nextQuotaReset(new Date(now), 0).getTime() - now + 1_000;
    await world.stop();
    world.wechat.clock.setOffset(offset);
    await world.start({ CLOCK_OFFSET_MS: String(Math.round(offset)) });
    return offset;
  }

  const heldByQuota = (id: string) =>
    world.until(
      async () => (await world.show(id)).holds.some(({ reason }) => reason === 'quota'),
      'the quota to be used up',
    );
  const sends = () => world.wechat.stats(world.appid).sends.total;

  it('the daily quota stops a broadcast at 1,000 of 2,500 without a spent attempt, plans the days, and goes on by itself', async () => {
    await open({ followers: 2_500, sending: { dailyLimit: 1_000 } });
    await world.ready({ sendsPerSecond: 2_000 });
    const id = await world.broadcast();

    await heldByQuota(id);
    expect(sends()).toBe(1_000);
    const stopped = await world.expect(200, 'GET', `/v1/broadcasts/${id}`);
    expect(stopped.json).toMatchObject({
      state: 'running',
      limitedBy: 'quota',
      counts: { pending: 1_500 },
      quota: { perDay: 1_000, left: 0, fits: false, plan: [{ sends: 1_000 }, { sends: 500 }] },
    });
    const waiting = await world.expect(
      200,
      'GET',
      `/v1/broadcasts/${id}/deliveries?state=pending&limit=200`,
    );
    expect(waiting.json.items.every(({ attempts }: { attempts: number }) => attempts === 0)).toBe(
      true,
    );

    const offset = await passMidnight(0);
    await world.until(() => Promise.resolve(sends() >= 2_000), 'the second day');
    await heldByQuota(id);
    expect(sends()).toBe(2_000);
    await passMidnight(offset);
    const done = await world.finished(id);
    expect(sends()).toBe(2_500);
    expect(done.counts).toMatchObject({ delivered: 2_500, unknown: 0 });
    expect(world.wechat.stats(world.appid).duplicates).toBe(0);
  });

  it('the daily quota leaves a ledger equal to that of WeChat after twenty pauses', async () => {
    await open({ followers: 600 });
    await world.ready();
    const id = await world.broadcast({ sendsPerSecond: 100 });
    for (let pause = 0; pause < 20; pause++) {
      await world.until(() => Promise.resolve(sends() > pause * 20), 'it to send on');
      await world.verb(id, 'pause');
      await world.verb(id, 'resume');
    }
    await world.finished(id);
    const { json } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}/quota`);
    const { used } = world.wechat.account(world.appid).quotas.report(SEND_PATH).quota;
    expect(json).toMatchObject({ ours: used, others: 0 });
    expect(used).toBe(600);
  });

  it('the daily quota believes 45009 although figures say otherwise, and goes on when WeChat is asked again', async () => {
    await open({ followers: 30 });
    await world.ready();
    world.fault({ when: { skip: 10 }, fault: { kind: 'errcode', errcode: 45009 } });
    const id = await world.broadcast();
    await heldByQuota(id);
    const { json: ledger } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}/quota`);
    expect(ledger).toMatchObject({ spent: true, left: 0 });

    world.wechat.clearFaults();
    await world.expect(200, 'POST', `/v1/accounts/${world.appid}/quota/refresh`);
    expect((await world.finished(id)).counts).toMatchObject({ delivered: 30 });
    // A refused call is none: only the thirty that went out count.
    const { json: after } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}/quota`);
    expect(after).toMatchObject({ ours: 30 });
  });

  it('the daily quota says why WeChat did not tell what is left', async () => {
    await open({ followers: 1 });
    await world.ready();
    world.fault({
      when: { path: '/cgi-bin/openapi/quota/get', times: 1 },
      fault: { kind: 'errcode', errcode: 40066 },
    });
    const refresh = `/v1/accounts/${world.appid}/quota/refresh`;
    const { json } = await world.expect(422, 'POST', refresh);
    expect(json).toMatchObject({
      code: 'wechat_refused',
      errcode: 40066,
      detail: expect.stringContaining('WECHAT_API_BASE') as string,
    });
  });

  it('the daily quota leaves to other systems what they use, and a reserve', async () => {
    await open({ followers: 100, sending: { dailyLimit: 100 } });
    world.wechat.account(world.appid).quotas.addForeignCalls(SEND_PATH, 20);
    await world.ready({ quotaReservePercent: 10 });
    const id = await world.broadcast();
    await heldByQuota(id);
    expect(sends()).toBe(70);
    const { json } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}/quota`);
    expect(json).toMatchObject({ limit: 100, perDay: 90, ours: 70, others: 20, left: 0 });
  });
});
