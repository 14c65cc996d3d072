import { sql } from 'kysely';
import { cancel } from '../../../src/broadcast/engine/lifecycle/cancel.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';

describe('expansion', () => {
  let world: EngineWorld;
  let expansion: ExpandService;
  beforeEach(async () => {
    world = await EngineWorld.open();
    expansion = new ExpandService(world.db, world.lane, new TableStatistics(world.db));
  });
  afterEach(() => world.close());

  async function broadcastToAll(): Promise<string> {
    const broadcast = await world.broadcastTo();
    await sql`update broadcast set expanded_at = null`.execute(world.db);
    return broadcast;
  }
  async function broadcastToList(...openids: string[]): Promise<string> {
    const broadcast = await broadcastToAll();
    await sql`update broadcast set audience = ${JSON.stringify({ kind: 'openids', count: openids.length })}
      where id = ${broadcast}`.execute(world.db);
    await sql`insert into broadcast_member (broadcast_id, openid)
      select ${broadcast}::uuid, o from unnest(${openids}::text[]) o`.execute(world.db);
    return broadcast;
  }
  const follow = (prefix: string, count: number, subscribed = true) =>
    sql`insert into follower (account_id, openid, subscribed, as_of)
      select ${world.accountId}, ${prefix} || lpad(i::text, 6, '0'), ${subscribed}, clock_now()
      from generate_series(1, ${count}::integer) i`.execute(world.db);
  const expandedAt = async (id: string) =>
    (
      await world.db
        .selectFrom('broadcast')
        .select('expandedAt')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).expandedAt;

  it('expansion makes one row for every follower, page by page, and none for those who have left', async () => {
    await follow('a', 12_000);
    await follow('z', 10, false);
    const broadcast = await broadcastToAll();

    await expansion.expand(broadcast);

    expect(await world.counters.counts(broadcast)).toMatchObject({ pending: 12_000, skipped: 0 });
    await world.expectCountersToAgree(broadcast);
    expect(await expandedAt(broadcast)).not.toBeNull();
  });

  it('expansion goes on where it stopped, and twice at once makes nothing twice', async () => {
    await follow('a', 12_000);
    const broadcast = await broadcastToAll();
    await expansion.expand(broadcast, AbortSignal.abort());
    expect(await world.counters.counts(broadcast)).toMatchObject({ pending: 5_000 });
    expect(await expandedAt(broadcast)).toBeNull();

    await Promise.all([expansion.expand(broadcast), expansion.expand(broadcast)]);
    expect(await world.counters.counts(broadcast)).toMatchObject({ pending: 12_000 });
    await world.expectCountersToAgree(broadcast);
  });

  it('expansion of a list skips those who are known to have left, and keeps strangers', async () => {
    await sql`insert into follower (account_id, openid, subscribed, as_of)
      values (${world.accountId}, 'amy', true, clock_now()), (${world.accountId}, 'bob', false, clock_now())`.execute(
      world.db,
    );
    const broadcast = await broadcastToList('amy', 'bob', 'cleo');

    await expansion.expand(broadcast);

    expect(await world.states(broadcast)).toEqual({
      amy: 'pending',
      bob: 'skipped',
      cleo: 'pending',
    });
    expect(await world.row(broadcast, 'bob')).toMatchObject({ detail: 'unsubscribed' });
    expect(await world.db.selectFrom('broadcastMember').selectAll().execute()).toEqual([]);
    await world.expectCountersToAgree(broadcast);
  });

  it('expansion of a list keeps those who have left, for a message that needs no follower', async () => {
    await sql`insert into follower (account_id, openid, subscribed, as_of)
      values (${world.accountId}, 'bob', false, clock_now())`.execute(world.db);
    const broadcast = await broadcastToAll();
    await sql`update broadcast set channel = 'bizsend', audience = '{"kind":"openids","count":1}'`.execute(
      world.db,
    );
    await sql`insert into broadcast_member (broadcast_id, openid) values (${broadcast}, 'bob')`.execute(
      world.db,
    );
    await expansion.expand(broadcast);
    expect(await world.states(broadcast)).toEqual({ bob: 'pending' });
  });

  describe('sizes the canary', () => {
    const percent = (share: number, id: string) =>
      sql`update broadcast set canary = ${JSON.stringify({ percent: share })} where id = ${id}`.execute(
        world.db,
      );
    const size = async (id: string) =>
      (
        await world.db
          .selectFrom('broadcast')
          .select('canarySize')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).canarySize;

    it('expansion sizes the canary by its share of everybody, and only once they are all known', async () => {
      await follow('a', 5_005);
      const broadcast = await broadcastToAll();
      await percent(10, broadcast);
      await expansion.expand(broadcast, AbortSignal.abort());
      expect(await size(broadcast)).toBeNull();
      await expansion.expand(broadcast);
      expect(await size(broadcast)).toBe(501);
    });

    it.each([
      [30, 1],
      [50, 2],
      [1, 1],
    ])(
      'expansion sizes the canary of %d %% by those who are not skipped, rounded up',
      async (share, expected) => {
        await follow('a', 3);
        await follow('z', 1, false);
        const broadcast = await broadcastToList('a000001', 'a000002', 'a000003', 'z000001');
        await percent(share, broadcast);
        await expansion.expand(broadcast);
        expect(await size(broadcast)).toBe(expected);
      },
    );

    it('expansion sizes the canary of nobody as one, and leaves a number as it is', async () => {
      const [share, number] = [await broadcastToAll(), await broadcastToAll()];
      await percent(10, share);
      await sql`update broadcast set canary = '{"first":7}', canary_size = 7 where id = ${number}`.execute(
        world.db,
      );
      for (const each of [share, number]) await expansion.expand(each);
      expect([await size(share), await size(number)]).toEqual([1, 7]);
    });
  });

  it('expansion stops with the broadcast', async () => {
    await follow('a', 10);
    const broadcast = await broadcastToAll();
    await world.db.transaction().execute((tx) => cancel(tx, broadcast));
    await expansion.expand(broadcast);
    expect(await world.states(broadcast)).toEqual({});
  });

  it('expansion is what a broadcast waits for before it may finish', async () => {
    const broadcast = await broadcastToAll();
    const finishing = new Finishing(world.db);
    expect(await finishing.finish(broadcast)).toBe(false);
    await expansion.expand(broadcast);
    expect(await finishing.finish(broadcast)).toBe(true);
    expect(await finishing.finish(broadcast)).toBe(false);
  });
});

describe('finishing', () => {
  it('finishing waits for the last open delivery', async () => {
    const world = await EngineWorld.open();
    const finishing = new Finishing(world.db);
    const broadcast = await world.broadcastTo('amy');
    expect(await finishing.finish(broadcast)).toBe(false);
    const [nudge] = await world.release(broadcast);
    expect(await finishing.finish(broadcast)).toBe(false);
    const claim = await world.claims.claim(nudge!);
    expect(await finishing.finish(broadcast)).toBe(false);
    await world.settlements.settle(claim!, { kind: 'accepted', msgid: '1' });
    expect(await finishing.finish(broadcast)).toBe(true);
    await world.close();
  });
});
