import { ProductWorld } from '../support/worlds/product-world.js';

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();
/** `09:00`, so many hours from now, in UTC. */
const clockIn = (hours: number): string => inHours(hours).slice(11, 16);

describe('a broadcast for later', () => {
  let world: ProductWorld;
  beforeEach(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 60 });
    await world.ready();
  });
  afterEach(() => world.close());

  /** The same service, so many hours later. */
  const passes = async (hours: number): Promise<void> => {
    await world.stop();
    await world.start({ CLOCK_OFFSET_MS: String(hours * HOUR_MS) });
  };

  it('a broadcast for later sends nothing before its time, and starts by itself when that has come', async () => {
    const id = await world.broadcast({ startAt: inHours(2) });
    await passes(1.9);
    expect(await world.show(id)).toMatchObject({ state: 'scheduled', total: 0 });
    expect(world.wechat.stats().accepted).toBe(0);

    await passes(2.1);
    const { counts } = await world.finished(id);
    expect(counts.delivered).toBe(60);
    expect(world.wechat.stats()).toMatchObject({ accepted: 60, duplicates: 0 });
  });

  it('a broadcast for later whose time everybody slept through waits for a person', async () => {
    const id = await world.broadcast({ startAt: inHours(2) });
    await passes(3);
    await world.until(async () => (await world.show(id)).state === 'paused', 'the hold');
    expect(await world.show(id)).toMatchObject({
      state: 'paused',
      heldBy: ['stale'],
      holds: [{ reason: 'stale', detail: expect.stringContaining('(Asia/Shanghai)') }],
    });
    expect(world.wechat.stats().accepted).toBe(0);

    await world.verb(id, 'resume');
    expect((await world.finished(id)).counts.delivered).toBe(60);
  });

  it('a broadcast for later waits for its send hours, and goes on in them', async () => {
    const sendHours = { from: clockIn(2), to: clockIn(4), zone: 'UTC' };
    const id = await world.broadcast({ sendHours });
    await world.until(async () => (await world.show(id)).total === 60, 'its audience');
    expect(await world.show(id)).toMatchObject({ state: 'running', heldBy: ['hours'] });
    await passes(1.5);
    expect(await world.show(id)).toMatchObject({ state: 'running', heldBy: ['hours'] });
    expect(world.wechat.stats().accepted).toBe(0);

    await passes(2.5);
    expect((await world.finished(id)).counts.delivered).toBe(60);
  });

  it('a broadcast for later is cancelled before its start, and ends with everybody skipped who was frozen in', async () => {
    const id = await world.broadcast({ startAt: inHours(2), freezeAudience: 'creation' });
    await world.until(async () => (await world.show(id)).total === 60, 'its audience');
    expect(await world.show(id)).toMatchObject({ state: 'scheduled', expanded: true });
    await world.verb(id, 'cancel');
    await world.until(async () => (await world.show(id)).counts.skipped === 60, 'its end');
    expect(await world.show(id)).toMatchObject({
      state: 'cancelled',
      startedAt: null,
      counts: { pending: 0, skipped: 60 },
      skipped: [{ reason: 'cancelled', count: 60 }],
    });
    expect(world.wechat.stats().accepted).toBe(0);
  });

  it('a broadcast for later is tried on a few first, who get it at once', async () => {
    const { audience: _, ...body } = await world.body({ startAt: inHours(2) });
    const { json } = await world.expect(202, 'POST', '/v1/broadcasts/test', {
      ...body,
      openids: [world.openid(1), world.openid(2)],
    });
    const { counts } = await world.finished(json.id);
    expect(counts.delivered).toBe(2);
    expect(await world.show(json.id)).toMatchObject({ purpose: 'test' });
  });
});
