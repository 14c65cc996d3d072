import { sql } from 'kysely';
import { UnfinishedFormIds } from '../../../src/broadcast/engine/storage/unfinished-form-ids.js';
import { FormIdClaims } from '../../../src/mini-program/form-ids/form-id-claims.js';
import { FormIdPool } from '../../../src/mini-program/form-ids/form-id-pool.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('form_ids whose delivery ended without a word about them', () => {
  let world: EngineWorld;
  let pool: FormIdPool;
  let repair: UnfinishedFormIds;
  beforeEach(async () => {
    world = await EngineWorld.open();
    pool = new FormIdPool(world.hot);
    repair = new UnfinishedFormIds(new FormIdClaims(world.hot), world.hot);
  });
  afterEach(() => world.close());

  /** Claimed, and then the process is gone. */
  async function abandonedIn(state: string): Promise<string> {
    const broadcastId = await world.broadcastTo('amy');
    await sql`
      insert into form_id (account_id, openid, form_id, kind, use, collected_at)
      values (${world.accountId}, 'amy', ${state}, 'form', 1, clock_now())`.execute(world.db);
    expect(await pool.claim(world.accountId, 'amy', broadcastId)).toMatchObject({ formId: state });
    await sql`update delivery set state = ${state}::delivery_state where broadcast_id = ${broadcastId}`.execute(
      world.db,
    );
    return broadcastId;
  }
  const letAMinutePass = () =>
    sql`update form_id set held_at = held_at - interval '61 seconds'`.execute(world.db);
  const state = async (): Promise<string | undefined> => {
    const { rows } = await sql<{ state: string }>`select state from form_id`.execute(world.db);
    return rows[0]?.state;
  };

  it.each([
    ['pending', 'held'],
    ['queued', 'held'],
    ['sending', 'held'],
    ['refused', 'live'],
    ['skipped', 'live'],
    ['accepted', 'spent'],
    ['unknown', 'spent'],
  ])(
    'form_ids of a delivery that is %s, and ended without a word about them, are %s',
    async (delivery, becomes) => {
      await abandonedIn(delivery);
      await repair.run();
      expect(await state()).toBe('held');
      await letAMinutePass();
      await Promise.all([repair.run(), repair.run()]);
      expect(await state()).toBe(becomes);
    },
  );

  it('form_ids whose delivery ended without a word about them are spent when the delivery is no longer kept', async () => {
    const broadcastId = await abandonedIn('skipped');
    await sql`delete from delivery where broadcast_id = ${broadcastId}`.execute(world.db);
    await letAMinutePass();
    await repair.run();
    expect(await state()).toBe('spent');
  });

  it('form_ids whose delivery ended without a word about them come back to the next delivery', async () => {
    await abandonedIn('skipped');
    await letAMinutePass();
    await repair.run();
    const next = await world.broadcastTo('amy');
    expect(await pool.claim(world.accountId, 'amy', next)).toMatchObject({ fresh: true });
  });
});
