import { setTimeout as sleep } from 'node:timers/promises';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

/** What an operator's pause, resume and cancel promise, over HTTP, while messages go out. */
describeBothQueues('a broadcast that an operator stops', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  const sends = () => world.wechat.stats(world.appid).sends.total;
  /** When WeChat took what it was sent. */
  const acceptedAt = () =>
    world.wechat
      .ledger({ appid: world.appid, limit: 1_000 })
      .items.flatMap(({ messages }) => messages.map((message) => Date.parse(message.acceptedAt)));
  const verb = (id: string, name: 'pause' | 'resume' | 'cancel') =>
    world.expect(200, 'POST', `/v1/broadcasts/${id}/${name}`);

  it('a broadcast that an operator stops and lets go fifty times in ten seconds is seen by everybody once', async () => {
    world = await ProductWorld.open(queue, {
      followers: 500,
      sending: { latencyMinMs: 0, latencyMaxMs: 200 },
    });
    await world.ready();
    const id = await world.broadcast({ sendsPerSecond: 60 });
    await world.until(async () => sends() > 0, 'the first message');
    for (let cycle = 0; cycle < 50; cycle++) {
      const { json: paused } = await verb(id, 'pause');
      expect(paused.state).toBe('paused');
      await sleep(cycle % 5 === 0 ? 150 : 50);
      const { json: resumed } = await verb(id, 'resume');
      expect(resumed).toMatchObject({ state: 'running', holds: [] });
      await sleep(100);
    }
    await world.expect(200, 'PATCH', `/v1/broadcasts/${id}`, { sendsPerSecond: null });

    const { counts, total } = await world.finished(id);
    expect(total).toBe(500);
    expect(counts).toMatchObject({ delivered: 500, pending: 0, queued: 0, sending: 0 });
    // A pause costs nobody an attempt, and WeChat no call.
    expect(world.wechat.stats(world.appid)).toMatchObject({
      recipients: 500,
      accepted: 500,
      duplicates: 0,
      sends: { total: 500 },
    });
  });

  it.each(['pause', 'cancel'] as const)(
    'a broadcast that an operator stops by a %s: what is in flight still goes out, and nothing after it',
    async (stop) => {
      const inFlight = 20;
      world = await ProductWorld.open(queue, {
        followers: 600,
        sending: { latencyMinMs: 100, latencyMaxMs: 300 },
      });
      await world.ready();
      await world.stop();
      await world.start({ SEND_CONCURRENCY: String(inFlight) });
      const id = await world.broadcast();
      await world.until(async () => sends() > 60, 'a full queue');

      await verb(id, stop);
      const [answeredAt, atTheAnswer] = [world.wechat.clock.now(), sends()];
      const isOver = async () => {
        const { queued, sending } = (await world.show(id)).counts;
        return queued + sending === 0;
      };
      await world.until(isOver, 'the requests in flight');
      const atTheEnd = sends();
      expect(atTheEnd - atTheAnswer).toBeLessThanOrEqual(inFlight);
      // Not even these take their time: a claim is two seconds old at the socket, at the most.
      expect(Math.max(...acceptedAt())).toBeLessThan(answeredAt + 2_000);

      // Meanwhile another broadcast of the same account goes all its way, through release, claim and sweep.
      const openids = Array.from({ length: 30 }, (_, n) => world.openid(n));
      const fields = { thing1: '别的', time2: '2026-11-28 19:30', thing3: '别处' };
      await world.finished(
        await world.broadcast({ audience: { kind: 'openids', openids }, fields }),
      );
      expect(sends()).toBe(atTheEnd + openids.length);

      if (stop === 'pause') await verb(id, 'resume');
      const closed = async () => {
        const { counts, receiptsOpen } = await world.show(id);
        return counts.pending + counts.queued + counts.sending + receiptsOpen === 0;
      };
      await world.until(closed, 'every row to be closed');
      const { counts } = await world.show(id);
      const sent = stop === 'pause' ? 600 : atTheEnd;
      expect(counts).toMatchObject({ delivered: sent, skipped: 600 - sent, unknown: 0 });
      expect(world.wechat.stats(world.appid).duplicates).toBe(0);
    },
  );
});
