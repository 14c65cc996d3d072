import { setTimeout as sleep } from 'node:timers/promises';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues, type QueueBackend } from '../support/stores/redis.js';

const RATE = 100;
const RUNS = 3;
const STILL_MS = 60_000;
const PATIENCE_MS = 300_000;

/** The seconds' maxima are the simulator's; a busy machine bunches what it should not, hence a median. */
describeBothQueues('workers that stood still for a minute', (queue) => {
  it('workers that stood still for a minute do not catch up: the most in any second is within a fifth of the rate', async () => {
    const maxima: number[] = [];
    for (let run = 0; run < RUNS; run += 1) maxima.push(await mostInASecond(queue));
    process.stdout.write(`the most in a second, by run: ${maxima.join(', ')}\n`);
    const [, median] = maxima.toSorted((a, b) => a - b);
    expect(median).toBeLessThanOrEqual(1.2 * RATE);
  });
});

async function mostInASecond(queue: QueueBackend): Promise<number> {
  const world = await ProductWorld.open(queue, { followers: 3_000 });
  try {
    await world.ready({ sendsPerSecond: RATE });
    const id = await world.broadcast();
    const left = async () => (await world.show(id)).counts.pending;
    await world.until(async () => (await left()) < 2_200, 'a steady rate', PATIENCE_MS);
    await world.stop();
    await sleep(STILL_MS);
    await world.start();
    await world.until(async () => (await left()) < 1_200, 'the rest to go on', PATIENCE_MS);
    const { max } = world.wechat.stats(world.appid).sends.perSecond;
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/cancel`);
    return max;
  } finally {
    await world.close();
  }
}
