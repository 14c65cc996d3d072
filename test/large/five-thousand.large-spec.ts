import { ProductWorld } from '../support/product-world.js';
import { describeBothQueues } from '../support/redis.js';

/** Everything at once that a bad day at WeChat brings, to five thousand people. */
describeBothQueues('a broadcast to 5,000 on a bad day', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  it('ends with nobody having seen it twice, nothing open, and the counts that WeChat has', async () => {
    world = await ProductWorld.open(queue, {
      followers: 5_000,
      population: { left: 0.03, blocking: 0.02 },
      receipts: { early: 0.2, twice: 0.1, shuffle: true, delayMinMs: 0, delayMaxMs: 500 },
    });
    await world.ready();
    world.fault({
      when: { probability: 0.025, seed: 1 },
      fault: { kind: 'errcode', errcode: -1, accepted: true },
    });
    world.fault({ when: { probability: 0.025, seed: 2 }, fault: { kind: 'errcode', errcode: -1 } });
    world.fault({ when: { probability: 0.01, seed: 3 }, fault: { kind: 'drop', accepted: true } });
    world.fault({ when: { probability: 0.01, seed: 4 }, fault: { kind: 'drop' } });

    const id = await world.broadcast();
    const isHalfDone = () => Promise.resolve(world.wechat.stats().accepted > 2_500);
    await world.until(isHalfDone, 'half of it', 120_000);
    world.wechat.expireTokens(world.appid, 42001);

    const { counts, total } = await world.finished(id, 200_000);
    const seen = world.wechat.stats();
    expect(seen).toMatchObject({ duplicates: 0, tokenCalls: 2 });
    expect(seen.repeats).toBeGreaterThan(0);
    expect(total).toBe(5_000);
    expect(counts).toMatchObject({
      pending: 0,
      queued: 0,
      sending: 0,
      accepted: 0,
      failed: 0,
      skipped: 0,
      delivered: seen.delivered,
      blocked: seen.blocked,
    });
    expect(counts.delivered + counts.blocked + counts.refused + counts.unknown).toBe(5_000);
    // Who left is refused; had an attempt gone unanswered before, nobody can know.
    expect(counts.refused + counts.unknown).toBe(150);
    const unknown = await world.expect(
      200,
      'GET',
      `/v1/broadcasts/${id}/deliveries?state=unknown&limit=200`,
    );
    expect(unknown.json.items).toHaveLength(counts.unknown);
    for (const row of unknown.json.items) {
      expect(row).toMatchObject({ errcode: 43004 });
      expect(row.attempts).toBeGreaterThan(1);
    }
  }, 360_000);
});
