import { setTimeout as sleep } from 'node:timers/promises';
import { ProductWorld } from '../support/worlds/product-world.js';

/** How the rate follows what WeChat bears, and who overtakes whom. */
describe('the speed of a broadcast', () => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const open = async (
    options: Parameters<typeof ProductWorld.open>[1],
    account?: Record<string, unknown>,
  ): Promise<void> => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, options);
    await world.ready(account);
  };
  const limitedBy = async (id: string): Promise<string> =>
    (await world.expect(200, 'GET', `/v1/broadcasts/${id}`)).json.limitedBy;
  const untilLimitedBy = (id: string, what: RegExp) =>
    world.until(async () => what.test(String(await limitedBy(id))), `limitedBy ${what}`);

  it('the speed of a broadcast falls while WeChat is busy, goes in single file while it is worse, and climbs again', async () => {
    await open({ followers: 10_000 }, { sendsPerSecond: 400 });
    const id = await world.broadcast();
    const allowed = async (): Promise<number> =>
      (await world.expect(200, 'GET', `/v1/broadcasts/${id}`)).json.allowedPerSecond;
    // Further up it depends on what the machine can send.
    await world.until(async () => (await allowed()) > 100, 'the rate to climb');
    const before = await allowed();

    world.fault({ fault: { kind: 'errcode', errcode: -1 } });
    await world.until(async () => (await allowed()) <= before / 2, 'the rate to fall');
    await untilLimitedBy(id, /single_file/);

    world.wechat.clearFaults();
    // The last bad second may still halve it.
    let lowest = Infinity;
    await world.until(async () => {
      const now = await allowed();
      lowest = Math.min(lowest, now);
      return now > lowest;
    }, 'the rate to climb again');
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
  }, 120_000);

  it('the speed of a broadcast rests after 45011, and tells so', async () => {
    await open({ followers: 50 });
    world.fault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: 45011 } });
    const id = await world.broadcast();
    await untilLimitedBy(id, /^wechat$/);
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
  });

  it('the speed of a broadcast is not bound to one answer after the other: many are awaited at once', async () => {
    await open({ followers: 60, sending: { latencyMinMs: 900, latencyMaxMs: 900 } });
    await world.finished(await world.broadcast(), 80_000);
    const taken = world.wechat
      .ledger()
      .items.flatMap(({ messages }) => messages.map((message) => Date.parse(message.acceptedAt)));
    // One by one they would take 54 s.
    expect(Math.max(...taken) - Math.min(...taken)).toBeLessThan(27_000);
  }, 120_000);

  it('the speed of a broadcast sends a test while a broadcast fills the queue', async () => {
    await open({ followers: 2_000, sending: { latencyMinMs: 200, latencyMaxMs: 200 } });
    const id = await world.broadcast();
    await world.until(async () => (await world.show(id)).counts.pending < 1_900, 'a full queue');
    const body = await world.body();
    const { json: test } = await world.expect(202, 'POST', '/v1/broadcasts/test', {
      ...body,
      audience: undefined,
      openids: [world.openid(0), world.openid(1)],
      fields: { thing1: '试发', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
    });
    await world.finished(test.id);
    expect((await world.show(id)).state).toBe('running');
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
  });

  it('the speed of a broadcast does not catch up after the workers stood still', async () => {
    await open({ followers: 1_500 });
    const id = await world.broadcast({ sendsPerSecond: 100 });
    await world.until(async () => (await world.show(id)).counts.pending < 1_250, 'a steady rate');
    await world.stop();
    await sleep(5_000);
    await world.start();
    await world.until(async () => (await world.show(id)).counts.pending < 700, 'the rest to go on');
    expect(world.wechat.stats(world.appid).sends.perSecond.max).toBeLessThanOrEqual(120);
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
  }, 120_000);
});
