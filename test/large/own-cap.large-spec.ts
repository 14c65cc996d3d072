import { setTimeout as sleep } from 'node:timers/promises';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeWithRedis } from '../support/stores/redis.js';

/** Beside the seconds that are watched: the slow start, and an end that is not reached. */
const BESIDE = 30;
const OPEN = ['pending', 'queued', 'sending'];

/** Low caps, which any machine reaches. 1,000/s is the machine's affair too: `npm run bench -- --only caps`. */
describeWithRedis('a broadcast with a cap of its own', (redisUrl) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it.each([
    [1, 90],
    [10, 40],
  ])(
    'a broadcast with a cap of its own of %d/s keeps at least 95 %% of it, names it, and promises the end that it allows',
    async (cap, seconds) => {
      const followers = cap * (seconds + BESIDE);
      world = await ProductWorld.open({ name: 'Redis', redisUrl }, { followers });
      await world.ready({ sendsPerSecond: 5_000 });
      const id = await world.broadcast({ sendsPerSecond: cap });
      const show = async () => (await world.expect(200, 'GET', `/v1/broadcasts/${id}`)).json;
      const accepted = (): number => world.wechat.stats().accepted;
      await world.until(
        async () => accepted() >= cap && (await show()).allowedPerSecond === cap,
        'the slow start to be over',
      );

      const before = accepted();
      const startedAt = performance.now();
      let etaOff = 0;
      let namesIt = 0;
      for (let look = 1; look <= seconds; look++) {
        await sleep(startedAt + look * 1_000 - performance.now());
        const { counts, etaSeconds, limitedBy } = await show();
        const left = OPEN.reduce((sum, state) => sum + counts[state], 0);
        etaOff = Math.max(etaOff, Math.abs(etaSeconds - Math.ceil(left / cap)));
        if (limitedBy === 'own_rate') namesIt++;
      }
      const kept = (accepted() - before) / (cap * ((performance.now() - startedAt) / 1_000));
      process.stdout.write(
        `${cap}/s: kept ${kept.toFixed(3)} of its cap, own_rate in ${namesIt} of ${seconds} looks, the promised end off by ${etaOff} s at most\n`,
      );
      expect(kept).toBeGreaterThanOrEqual(0.95);
      // And no more: its bucket holds a moment's worth.
      expect(kept).toBeLessThan(1.05);
      await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
    },
  );
});
