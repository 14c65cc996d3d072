import { sql } from 'kysely';
import { CanaryWatch } from '../../../src/broadcast/engine/breakers/canary.js';
import { CANARIES } from '../../../src/broadcast/engine/breakers/canary.statement.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('the canary', () => {
  let world: EngineWorld;
  let canary: CanaryWatch;
  beforeEach(async () => {
    world = await EngineWorld.open();
    canary = new CanaryWatch(world.hot, world.holds);
  });
  afterEach(() => world.close());

  const BIRDS = Array.from({ length: 10 }, (_, i) => `bird${i}`);
  const OTHERS = ['zoe', 'zorro'];

  /** A broadcast of which the canary, as large as `BIRDS`, comes before the others. */
  async function withCanary(openids = [...BIRDS, ...OTHERS]): Promise<string> {
    const id = await world.broadcastTo(...openids);
    await sql`update broadcast set canary = '{"first":10}', canary_size = ${BIRDS.length}`.execute(
      world.db,
    );
    return id;
  }
  /** All of the canary is handed out and claimed. */
  async function claimed(id: string) {
    const nudges = await world.release(id, BIRDS.length);
    expect(nudges.map(({ openid }) => openid).sort()).toEqual(BIRDS);
    await sql`update broadcast_cursor set handed_out = ${BIRDS.length}`.execute(world.db);
    return Promise.all(nudges.map((nudge) => world.claims.claim(nudge)));
  }
  async function accepted(id: string, refused = 0) {
    const claims = await claimed(id);
    await Promise.all(
      claims.map((claim, i) =>
        world.settlements.settle(
          claim!,
          i < refused
            ? { kind: 'refused', errcode: 43004, rid: null }
            : { kind: 'accepted', msgid: String(1_000 + i) },
        ),
      ),
    );
    return claims;
  }
  const receive = (status: string, from: number, to: number) =>
    world.receipts.record(
      BIRDS.slice(from, to).map((_, i) => ({
        accountId: world.accountId,
        openid: `bird${from + i}`,
        msgid: String(1_000 + from + i),
        createTime: new Date(),
        status,
        kind: 'template' as const,
      })),
    );
  const hold = async (id: string) =>
    world.db
      .selectFrom('broadcastHold')
      .selectAll()
      .where('broadcastId', '=', id)
      .where('reason', '=', 'canary')
      .executeTakeFirst();
  const passedAt = async (id: string) =>
    (
      await world.db
        .selectFrom('broadcast')
        .select('canaryPassedAt')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).canaryPassedAt;

  it('the canary is looked for by keys, never by walking the broadcast', async () => {
    const { rows } = await world.pool.query(`explain (generic_plan) ${CANARIES.text}`);
    const plan = rows.map((row) => row['QUERY PLAN'] as string);
    const scans = plan.flatMap((line, i) => (/ on delivery_\d/.test(line) ? [plan[i + 1]] : []));
    expect(scans.length).toBeGreaterThan(0);
    for (const condition of scans)
      expect(condition).toMatch(/Index Cond: \(\(broadcast_id = b.id\) AND \(not_before > /);
  });

  it('the canary holds the broadcast once none of its messages is open, and not before', async () => {
    const id = await withCanary();
    await canary.run();
    const claims = await claimed(id);
    await canary.run();
    expect(await hold(id)).toBeUndefined();

    for (const [i, claim] of claims.entries())
      await world.settlements.settle(claim!, { kind: 'accepted', msgid: String(1_000 + i) });
    await canary.run();
    expect(await hold(id)).toMatchObject({ code: 'canary_waiting', until: null });
    expect(await passedAt(id)).toBeNull();
  });

  it('the canary counts a message that came back as open', async () => {
    const id = await withCanary();
    const [first, ...claims] = await claimed(id);
    for (const [i, claim] of claims.entries())
      await world.settlements.settle(claim!, { kind: 'accepted', msgid: String(1_000 + i) });
    await world.settlements.settle(first!, { kind: 'unsent', delayMs: 60_000 });
    await canary.run();
    expect(await hold(id)).toBeUndefined();
  });

  it('the canary lets the broadcast go on once its receipts are in and good', async () => {
    const id = await withCanary();
    await accepted(id);
    await canary.run();
    await receive('success', 0, 9);
    await canary.run();
    expect(await hold(id)).toBeDefined();

    await receive('failed:user block', 9, 10);
    await canary.run();
    expect(await hold(id)).toBeUndefined();
    expect(await passedAt(id)).not.toBeNull();
    // And it does not hold again.
    await canary.run();
    expect(await hold(id)).toBeUndefined();
    const { data } = await world.db
      .selectFrom('broadcastEvent')
      .select('data')
      .where('kind', '=', 'lifted')
      .executeTakeFirstOrThrow();
    expect(data).toMatchObject({
      reasons: ['canary'],
      detail: expect.stringContaining('delivered 9'),
    });
  });

  it('the canary stays for a person where more than a tenth went wrong; resume lets it go on', async () => {
    const id = await withCanary();
    await accepted(id, 1);
    await canary.run();
    await receive('success', 1, 9);
    await receive('failed:user block', 9, 10);
    await canary.run();
    expect(await hold(id)).toMatchObject({
      code: 'canary_failed',
      detail: expect.stringContaining('refused 1, failed 0, blocked 1'),
    });
    await canary.run();
    expect(await hold(id)).toBeDefined();

    await world.holds.lift(id, ['operator', 'canary']);
    expect(await passedAt(id)).not.toBeNull();
    await canary.run();
    expect(await hold(id)).toBeUndefined();
  });

  it('the canary is judged without the receipts that have not come after ten minutes', async () => {
    const id = await withCanary();
    await accepted(id);
    await canary.run();
    await receive('success', 0, 8);
    await canary.run();
    expect(await hold(id)).toMatchObject({ code: 'canary_waiting' });
    await sql`update broadcast_hold set since = since - interval '10 minutes'`.execute(world.db);
    await canary.run();
    expect(await hold(id)).toBeUndefined();
    expect(await passedAt(id)).not.toBeNull();
  });

  it('the canary does not hold a broadcast to fewer people', async () => {
    const id = await withCanary(BIRDS);
    await accepted(id);
    await canary.run();
    expect(await hold(id)).toBeUndefined();
  });

  it('the canary holds, judges and tells once, however many workers look', async () => {
    const id = await withCanary();
    await accepted(id);
    const everywhere = () =>
      Promise.all(Array.from({ length: 4 }, () => new CanaryWatch(world.hot, world.holds).run()));
    await everywhere();
    await receive('success', 0, 10);
    await everywhere();
    const events = await world.db
      .selectFrom('broadcastEvent')
      .select('kind')
      .orderBy('id')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['held', 'lifted']);
  });

  it('the canary is not held again by a worker that looked before a person let it go on', async () => {
    const id = await withCanary();
    await accepted(id);
    await canary.run();
    await world.holds.lift(id, ['canary']);
    expect(await world.holds.hold(id, { reason: 'canary', code: 'canary_waiting' })).toBe(false);
  });
});
