import { sql } from 'kysely';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('what the service decides', () => {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await EngineWorld.open();
  });
  beforeEach(() => sql`truncate audit_entry`.execute(world.db));
  afterAll(() => world.close());

  const entries = async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select actor_kind, action, target_kind, target_id, reason, after from audit_entry order by at`.execute(
      world.db,
    );
    return rows;
  };

  it('a breaker that holds a broadcast is in the audit once, with its reason, and so is what lifts it', async () => {
    const id = await world.broadcastTo('amy');
    const hold = { reason: 'problem', code: 'refusals', detail: '30 % refused' } as const;
    await Promise.all([1, 2, 3].map(() => world.holds.trip(id, 'refusals', hold)));
    await world.holds.lift(id, ['problem'], { detail: 'mended' });
    await world.holds.lift(id, ['problem']);
    expect(await entries()).toEqual([
      {
        actorKind: 'system',
        action: 'broadcast.hold',
        targetKind: 'broadcast',
        targetId: id,
        reason: 'refusals: 30 % refused',
        after: null,
      },
      {
        actorKind: 'system',
        action: 'broadcast.lift',
        targetKind: 'broadcast',
        targetId: id,
        reason: 'problem: mended',
        after: null,
      },
    ]);
  });

  it('a hold of all broadcasts of an account is one entry of the audit with their number, however many', async () => {
    for (const name of ['amy', 'bob', 'eve']) await world.broadcastTo(name);
    const holds = new AccountHolds(world.db);
    await holds.holdAccount(world.accountId, { reason: 'quota', detail: 'none left' });
    await holds.holdAccount(world.accountId, { reason: 'quota', detail: 'none left' });
    await holds.liftAccount(world.accountId, 'quota');
    await holds.liftAccount(world.accountId, 'quota');
    const [held, lifted, ...others] = await entries();
    expect(others).toEqual([]);
    expect(held).toMatchObject({
      actorKind: 'system',
      action: 'broadcast.hold',
      targetKind: 'account',
      targetId: 'wx0000000000000001',
      reason: 'quota: none left',
    });
    expect(lifted).toMatchObject({ action: 'broadcast.lift', after: held?.['after'] });
  });
});
