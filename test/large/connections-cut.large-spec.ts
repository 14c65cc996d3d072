import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

describeBothQueues('the main job', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it('the main job outlives every one of its database connections, again and again', async () => {
    world = await ProductWorld.open(queue, { followers: 300 });
    await world.ready({ sendsPerSecond: 150 });
    const id = await world.broadcast();
    for (const sent of [30, 90, 150]) {
      await world.until(async () => world.wechat.stats().accepted > sent, `${sent} messages`);
      await world.cutConnections();
    }

    // A job that was lost with its connection is found by the sweep, after a minute.
    const { counts } = await world.finished(id, 170_000);
    expect(counts.delivered + counts.unknown).toBe(300);
    expect(world.wechat.stats()).toMatchObject({ duplicates: 0, recipients: 300 });
  }, 200_000);
});
