import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

/** Everything at once that a bad day at WeChat brings, to five thousand people. */
describeBothQueues('a broadcast to 5,000 on a bad day', (queue) => {
  let world: ProductWorld;
  afterEach(() => world.close());

  type Row = { openid: string; attempts: number; errcode: number };
  const rows = async (id: string, state: string): Promise<Row[]> => {
    const path = `/v1/broadcasts/${id}/deliveries?state=${state}&limit=200`;
    return (await world.expect(200, 'GET', path)).json.items;
  };
  const openidsOf = (some: Row[]) => some.map(({ openid }) => openid).toSorted();
  const whoLeft = () =>
    Array.from({ length: 5_000 }, (_, number) => number)
      .filter((number) => world.wechat.account().hasLeft(number))
      .map((number) => world.openid(number))
      .toSorted();

  it('a broadcast to 5,000 on a bad day ends with nobody having seen it twice, nothing open, and the counts that WeChat has', async () => {
    world = await ProductWorld.open(queue, {
      followers: 5_000,
      population: { left: 0.03, blocking: 0.02 },
      receipts: { early: 0.2, twice: 0.1, shuffle: true, delayMinMs: 0, delayMaxMs: 500 },
    });
    await world.ready();
    const left = whoLeft();
    // Some of them are refused before in a way that proves that nothing was sent: no doubt comes of it.
    for (const openid of left.slice(0, 10))
      world.fault({
        when: { openids: [openid], times: 1 },
        fault: { kind: 'errcode', errcode: 99_999 },
      });
    const busy = { kind: 'errcode', errcode: -1 } as const;
    const dropped = { kind: 'drop' } as const;
    for (const [seed, probability, fault] of [
      [1, 0.025, { ...busy, accepted: true }],
      [2, 0.025, busy],
      [3, 0.01, { ...dropped, accepted: true }],
      [4, 0.01, dropped],
    ] as const)
      world.fault({ when: { probability, seed }, fault, remember: true });

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
    // Who left is refused; had an attempt gone unanswered before, nobody can know. WeChat knows whose did.
    const [refused, unknown] = [await rows(id, 'refused'), await rows(id, 'unknown')];
    const met = new Set(world.wechat.faults.list().flatMap(({ metOpenids = [] }) => metOpenids));
    expect(openidsOf(unknown)).toEqual(left.filter((openid) => met.has(openid)));
    expect(openidsOf(refused)).toEqual(left.filter((openid) => !met.has(openid)));
    expect(counts).toMatchObject({ unknown: unknown.length, refused: refused.length });
    expect(unknown.length).toBeGreaterThan(0);
    for (const row of [...refused, ...unknown]) expect(row).toMatchObject({ errcode: 43004 });
    for (const row of unknown) expect(row.attempts).toBeGreaterThan(1);
  }, 360_000);
});
