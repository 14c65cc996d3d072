import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { ClaimedFormId, FormIdPool } from '../../../src/mini-program/form-ids/form-id-pool.js';
import { MiniProgramWorld } from '../../support/worlds/mini-program-world.js';

describe('the pool of form_ids', () => {
  let world: MiniProgramWorld;
  let pool: FormIdPool;
  beforeAll(async () => {
    world = await MiniProgramWorld.open();
    pool = world.worker();
  });
  afterAll(() => world.close());
  beforeEach(() => sql`truncate form_id`.execute(world.db));

  const claim = (broadcastId: string = randomUUID(), by = pool, openid = 'oAmy') =>
    by.claim(world.accountId, openid, broadcastId);
  const claimed = async (broadcastId?: string): Promise<ClaimedFormId> => {
    const found = await claim(broadcastId);
    if (found === undefined) throw new Error('the pool is empty');
    return found;
  };

  it('the pool of form_ids gives the oldest live one first, and nothing once all are taken', async () => {
    await world.collect('oAmy', 'young', 1);
    await world.collect('oAmy', 'expired', 7 * 24 + 1);
    await world.collect('oAmy', 'old', 6 * 24);
    await world.collect('oBob', 'bobs', 2);
    expect(await claim()).toMatchObject({ formId: 'old', fresh: true, accepted: false });
    expect(await claim()).toMatchObject({ formId: 'young' });
    expect(await claim()).toBeUndefined();
  });

  it('the pool of form_ids gives a delivery that asks again what it holds, whichever worker asks', async () => {
    await world.collect('oAmy', 'a', 2);
    await world.collect('oAmy', 'b', 1);
    const first = await claimed('00000000-0000-7000-8000-000000000001');
    // The process is gone between its claim and the answer.
    const again = await claim(first.broadcastId, world.worker());
    expect(again).toMatchObject({ id: first.id, formId: 'a', fresh: false, accepted: false });
    await pool.spent(first);
    // Accepted, but the row's own outcome was lost: it must not get a second one.
    expect(await claim(first.broadcastId)).toMatchObject({
      formId: 'a',
      fresh: false,
      accepted: true,
    });
    expect(await world.states()).toEqual({ a: ['spent'], b: ['live'] });
  });

  it('the pool of form_ids gives what a delivery holds even when it has expired meanwhile', async () => {
    await world.collect('oAmy', 'a', 6 * 24);
    await world.collect('oAmy', 'b');
    const { broadcastId } = await claimed();
    await sql`update form_id set collected_at = collected_at - interval '2 days' where form_id = 'a'`.execute(
      world.db,
    );
    expect(await claim(broadcastId)).toMatchObject({ formId: 'a', fresh: false });
  });

  it('the pool of form_ids gives a prepay three times', async () => {
    await world.collect('oAmy', 'p', 0, 'prepay');
    const three = [await claimed(), await claimed(), await claimed()];
    expect(new Set(three.map(({ id }) => id)).size).toBe(3);
    expect(await claim()).toBeUndefined();
    await pool.giveBack(three[1] as ClaimedFormId);
    expect(await claim()).toMatchObject({ formId: 'p', kind: 'prepay', fresh: true });
  });

  it('the pool of form_ids drops what WeChat refuses, with all uses that nobody holds, and gives the next', async () => {
    await world.collect('oAmy', 'p', 2, 'prepay');
    await world.collect('oAmy', 'f', 1);
    const refused = await claimed();
    const underWay = await claimed();
    await pool.drop(refused, 41029);
    expect(await claim(refused.broadcastId)).toMatchObject({ formId: 'f', fresh: true });
    expect(await world.states()).toEqual({ f: ['held'], p: ['dropped', 'held', 'dropped'] });
    await pool.spent(underWay);
    expect(await world.states()).toMatchObject({ p: ['dropped', 'spent', 'dropped'] });
  });

  it('the pool of form_ids believes an acceptance, and nothing else, of somebody whose claim another has taken up', async () => {
    await world.collect('oAmy', 'a');
    const stale = await claimed();
    const taken = (await claim(stale.broadcastId, world.worker())) as ClaimedFormId;
    await pool.giveBack(stale);
    await pool.drop(stale, 41028);
    expect(await world.states()).toEqual({ a: ['held'] });
    await pool.spent(stale);
    expect(await world.states()).toEqual({ a: ['spent'] });
    await pool.giveBack(taken);
    expect(await world.states()).toEqual({ a: ['spent'] });
  });

  it('the pool of form_ids knows a claim from a later one of the same delivery', async () => {
    await world.collect('oAmy', 'a');
    const stale = await claimed();
    await pool.giveBack((await claim(stale.broadcastId, world.worker())) as ClaimedFormId);
    expect(await claim(stale.broadcastId)).toMatchObject({ id: stale.id, fresh: true });
    await pool.giveBack(stale);
    expect(await world.states()).toEqual({ a: ['held'] });
  });

  it('the pool of form_ids gives no use twice to many workers that want more than there are', async () => {
    const openids = Array.from({ length: 20 }, (_, n) => `o${n}`);
    for (const openid of openids) {
      for (const n of [1, 2, 3]) await world.collect(openid, `${openid}-f${n}`, n);
      await world.collect(openid, `${openid}-p`, 4, 'prepay');
    }
    const workers = Array.from({ length: 4 }, () => world.worker());
    // Ten broadcasts, and each of their deliveries is asked for by two workers at once.
    const asked = Array.from({ length: 10 }, () => randomUUID()).flatMap((broadcastId, b) =>
      openids.flatMap((openid) => [
        { broadcastId, openid, by: workers[b % 4] as FormIdPool },
        { broadcastId, openid, by: workers[(b + 1) % 4] as FormIdPool },
      ]),
    );
    const found = await Promise.all(
      asked.map(async ({ broadcastId, openid, by }) => ({
        delivery: `${broadcastId} ${openid}`,
        openid,
        id: (await claim(broadcastId, by, openid))?.id,
      })),
    );
    const holders = new Map<string, Set<string>>();
    const uses = new Map<string, Set<string>>();
    for (const { id, delivery } of found) {
      if (id === undefined) continue;
      holders.set(id, (holders.get(id) ?? new Set()).add(delivery));
      uses.set(delivery, (uses.get(delivery) ?? new Set()).add(id));
    }
    expect([...holders.values()].every(({ size }) => size === 1)).toBe(true);
    expect([...uses.values()].every(({ size }) => size === 1)).toBe(true);
    // Nothing is left over while somebody went without: six uses each.
    expect(holders.size).toBe(openids.length * 6);
  });

  it('the pool of form_ids passes nobody by for whom one comes free just then', async () => {
    await world.collect('oAmy', 'a');
    const holder = await world.pool.connect();
    await holder.query('begin');
    await holder.query('select from form_id for no key update');
    const waiting = claim();
    await until(async () => {
      const { rows } = await sql<{ waiting: boolean }>`
        select exists (select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock') as waiting`.execute(
        world.db,
      );
      return rows[0]?.waiting === true;
    });
    await holder.query('rollback');
    holder.release();
    expect(await waiting).toMatchObject({ formId: 'a' });
  });

  it('the pool of form_ids knows one that is brought again, as long as it could be', async () => {
    await world.collect('oAmy', 'a');
    await pool.spent(await claimed());
    const again = { openid: 'oBob', formId: 'a', kind: 'form', collectedAt: new Date() } as const;
    expect(await world.formIds.add(world.accountId, [again])).toBe(0);
    expect(await claim(randomUUID(), pool, 'oBob')).toBeUndefined();
  });

  it('the pool of form_ids gives up those that expired long ago', async () => {
    await world.collect('oAmy', 'lately', 8 * 24);
    await world.collect('oAmy', 'ago', 15 * 24);
    expect(await world.formIds.deleteExpired()).toBe(1);
    expect(await world.states()).toEqual({ lately: ['live'] });
    expect(await world.formIds.deleteExpired()).toBe(0);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
