import { sql } from 'kysely';
import { ClosedByOlder } from '../../../src/broadcast/engine/lifecycle/closed-by-older.js';
import { BroadcastApiWorld, TEMPLATE } from '../../support/worlds/broadcast-api-world.js';

/** What processes of an older release do while a newer one runs beside them. */
describe('beside processes of an older release', () => {
  let world: BroadcastApiWorld;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());

  it('an older process cannot start a draft of which something does not fit', async () => {
    const { appid } = await world.account();
    const { json } = await world.post('/v1/broadcasts', {
      appid,
      templateId: TEMPLATE,
      fields: { thing1: 7 },
      audience: { kind: 'openids', openids: ['oA'] },
      draft: true,
    });
    const { id } = json as { id: string };
    for (const state of ['running', 'scheduled'])
      await expect(
        sql`update broadcast set state = ${state}, started_at = clock_now() where id = ${id}`.execute(
          world.db,
        ),
      ).rejects.toThrow('broadcast_draft_check');
    // Whoever gives it up may.
    expect((await world.post(`/v1/broadcasts/${id}/cancel`)).status).toBe(200);
  });

  it('what an older process has closed is shown as stopped where something was sent, and as cancelled where nothing was', async () => {
    const account = await world.account();
    const [sent, unsent] = [
      await world.broadcast(account, { oA: { state: 'delivered' }, oB: { state: 'skipped' } }),
      await world.broadcast(account, { oA: { state: 'skipped' } }),
    ];
    await sql`update broadcast set state = 'cancelled', ended_at = clock_now(), closed_at = clock_now()
      where id in (${sent}, ${unsent})`.execute(world.db);
    const listed = async (shown: string) => {
      const { items } = await world.all(`/v1/broadcasts?appid=${account.appid}&shown=${shown}`);
      return items.map(({ id }) => id);
    };
    expect(await listed('stopped')).toEqual([]);
    await new ClosedByOlder(world.db).run();
    expect(await listed('stopped')).toEqual([sent]);
    expect(await listed('cancelled')).toEqual([unsent]);
  });
});
