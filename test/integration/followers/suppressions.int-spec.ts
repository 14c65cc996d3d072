import { sql } from 'kysely';
import { RECEIVE } from '../../../src/broadcast/engine/receipts/receive.statements.js';
import { type FollowerEvent, FollowerEvents } from '../../../src/followers/follower-events.js';
import { NOTE_SUBSCRIBED } from '../../../src/followers/record/follower.statements.js';
import { OutdatedSuppressions } from '../../../src/followers/suppressions/outdated-suppressions.js';
import { inSeconds, ReceiptsWorld } from '../../support/worlds/receipts-world.js';

const BLOCK = 'failed:user block';

const start = inSeconds(0).getTime();
/** So many seconds from the start of these tests. */
const at = (seconds: number): Date => new Date(start + seconds * 1_000);

describe('somebody who blocks the account', () => {
  let world: ReceiptsWorld;
  let events: FollowerEvents;
  let suppressions: OutdatedSuppressions;
  beforeAll(async () => {
    world = await ReceiptsWorld.open();
    await setMode('safe');
    suppressions = new OutdatedSuppressions(world.engine.hot);
    events = new FollowerEvents(world.engine.hot, suppressions);
  });
  afterAll(() => world.close());
  afterEach(async () => {
    await sql`truncate suppression, follower, follower_sync, receipt cascade`.execute(
      world.engine.db,
    );
  });

  const setMode = (mode: 'plain' | 'safe') =>
    sql`update account set callback_mode = ${mode}, sealed_encoding_aes_key = 'x'`.execute(
      world.engine.db,
    );
  const blocked = (seconds: number, openid = 'amy') =>
    world.receive({ status: BLOCK, createTime: at(seconds), openid });
  const event = (kind: FollowerEvent['kind'], seconds: number): FollowerEvent => ({
    accountId: world.engine.accountId,
    openid: 'amy',
    kind,
    at: at(seconds),
  });
  const pushed = (kind: FollowerEvent['kind'], seconds: number) =>
    events.apply([event(kind, seconds)]);
  const openids = async () => (await world.suppressed()).map(({ openid }) => openid);

  it.each(['failed:user block', 'failed: user block', 'Failed:User Block'])(
    'somebody who blocks the account is suppressed by "%s", whatever message it was about',
    async (status) => {
      await world.receive({ status, msgid: '12345' });
      expect(await world.suppressed()).toMatchObject([{ openid: 'amy', reason: 'blocked' }]);
    },
  );

  it.each(['success', 'failed: system failed', 'failed:freq limit', 'failed: user deny', 'block'])(
    'somebody who blocks the account is not somebody of whom it says "%s"',
    async (status) => {
      await world.receive({ status });
      expect(await world.suppressed()).toEqual([]);
    },
  );

  describe('as a push of plain mode says, which anybody may have forged,', () => {
    beforeAll(() => setMode('plain'));
    afterAll(() => setMode('safe'));

    it('somebody who blocks the account as a push of plain mode says, which anybody may have forged, is not suppressed by a receipt that belongs to no delivery of ours', async () => {
      await world.receive({ status: BLOCK, msgid: '12345' }, { status: BLOCK, msgid: '0' });
      await world.matchDue();
      expect(await world.suppressed()).toEqual([]);
    });

    it('somebody who blocks the account as a push of plain mode says, which anybody may have forged, is suppressed by the receipt of a delivery', async () => {
      await world.accepted('71', 'amy');
      await world.receive({ status: BLOCK, msgid: '71' });
      expect(await world.suppressed()).toMatchObject([{ openid: 'amy', reason: 'blocked' }]);
    });

    it('somebody who blocks the account as a push of plain mode says, which anybody may have forged, is suppressed by a receipt that overtakes the reply, once the reply is there', async () => {
      const { claim } = await world.sendTo('amy');
      await world.receive({ status: BLOCK, msgid: '72' });
      expect(await world.suppressed()).toEqual([]);
      await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '72' });
      expect(await openids()).toEqual(['amy']);
    });

    it('somebody who blocks the account as a push of plain mode says, which anybody may have forged, is spared when a subscription is newer than the receipt that overtook the reply', async () => {
      const { claim } = await world.sendTo('amy');
      await world.receive({ status: BLOCK, msgid: '73', createTime: at(0) });
      await pushed('subscribe', 5);
      await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '73' });
      expect(await openids()).toEqual([]);
    });
  });

  it('somebody who blocks the account is suppressed for that account alone', async () => {
    const { rows } = await sql<{ id: number }>`
      insert into account (appid, kind, name, callback_mode, token_mode, sealed_secret, sealed_callback_token, sealed_encoding_aes_key)
      values ('wx0000000000000002', 'service', 'b', 'safe', 'stable', 'x', 'x', 'x') returning id`.execute(
      world.engine.db,
    );
    await world.receive({ status: BLOCK, accountId: rows[0]!.id });
    const kept = await sql`select account_id from suppression`.execute(world.engine.db);
    expect(kept.rows).toEqual([{ accountId: rows[0]!.id }]);
    await pushed('subscribe', 5);
    expect(await openids()).toEqual(['amy']);
  });

  it('somebody who blocks an account that is gone costs the other receipts nothing', async () => {
    await world.receive({ status: BLOCK, accountId: 999_999 }, { status: BLOCK, openid: 'bob' });
    expect(await openids()).toEqual(['bob']);
  });

  /** Every order of these, as they might reach us. */
  function orders<T>(items: readonly T[]): T[][] {
    if (items.length < 2) return [[...items]];
    return items.flatMap((first, at) =>
      orders(items.toSpliced(at, 1)).map((rest) => [first, ...rest]),
    );
  }
  /** `block -50` */
  const take = (step: string) => {
    const [what, seconds] = step.split(' ');
    return what === 'block'
      ? blocked(Number(seconds))
      : pushed(what as FollowerEvent['kind'], Number(seconds));
  };

  it.each<[string, number | null]>([
    ['block -50, subscribe -40', null],
    ['subscribe -50, block -40', -40],
    ['block -50, subscribe -40, block -30', -30],
    ['block -50, subscribe -45, block -40', -40],
    ['block -50, subscribe -50', -50],
    ['block -50, unsubscribe -45', -50],
    ['block -50, subscribe -40, unsubscribe -30', null],
    ['subscribe -60, block -50, unsubscribe -40, subscribe -30', null],
  ])(
    'somebody who blocks the account ends the same in any order of: %s',
    async (told, suppressedSince) => {
      const steps = told.split(', ');
      for (const order of orders(steps)) {
        await sql`truncate suppression, follower, receipt`.execute(world.engine.db);
        for (const step of order) await take(step);
        // And whatever comes twice changes nothing.
        for (const step of order) await take(step);
        expect({ order, suppressed: await world.suppressed() }).toMatchObject({
          order,
          suppressed: suppressedSince === null ? [] : [{ since: at(suppressedSince) }],
        });
      }
    },
  );

  it('somebody who blocks the account and subscribes in the same batch of pushes is not suppressed', async () => {
    await Promise.all([
      blocked(-50),
      events.apply([event('subscribe', -40), event('unsubscribe', -30)]),
    ]);
    expect(await openids()).toEqual([]);
  });

  it('somebody who blocks the account is not helped by a walk of the list, which holds those who block as well', async () => {
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      values (${world.engine.accountId}, 'amy', true, clock_now())`.execute(world.engine.db);
    await blocked(-50);
    expect(await openids()).toEqual(['amy']);
  });

  it('somebody who blocks the account is not suppressed after a subscription that is older than the last walk', async () => {
    await sql`
      insert into follower (account_id, openid, subscribed, as_of)
      values (${world.engine.accountId}, 'amy', true, clock_now())`.execute(world.engine.db);
    await sql`
      insert into follower_sync (account_id, walk, state, step, began_at, as_of, alive_at, seen, skipped, confirmed_as_of)
      values (${world.engine.accountId}, 1, 'done', 'parting', clock_now(), clock_now(), clock_now(), 1, 0, clock_now())`.execute(
      world.engine.db,
    );
    await blocked(-50);
    await pushed('subscribe', -40);
    expect(await openids()).toEqual([]);
  });

  it('somebody who blocks the account and a time in the future does not shut out the next subscription', async () => {
    await blocked(5 * 86_400);
    await pushed('subscribe', 120);
    expect(await openids()).toEqual([]);
  });

  it('somebody who blocks the account is not suppressed when both are committed at once, whichever is last', async () => {
    const { accountId } = world.engine;
    const lift = () => suppressions.lift([{ accountId, openid: 'amy' }]);
    await pushed('subscribe', -100);

    await world.engine.hot.transaction(async (tx) => {
      await tx.query(RECEIVE, [
        [accountId],
        ['1'],
        ['amy'],
        [at(-50)],
        [BLOCK],
        'test',
        ['template'],
      ]);
      await pushed('subscribe', -40);
    });
    await lift();
    expect(await openids()).toEqual([]);

    await world.engine.hot.transaction(async (tx) => {
      await tx.query(NOTE_SUBSCRIBED, [[accountId], ['amy'], [at(-20)]]);
      await blocked(-30);
    });
    await lift();
    expect(await openids()).toEqual([]);
  });

  it('somebody who blocks the account is not suppressed again by the same receipt after an operator has lifted it', async () => {
    const said = world.receipt({ status: BLOCK });
    await world.engine.receipts.record([said]);
    await sql`delete from suppression`.execute(world.engine.db);
    await world.engine.receipts.record([said]);
    expect(await openids()).toEqual([]);
  });

  it('somebody who blocks the account stays suppressed by hand, whatever they do', async () => {
    await sql`
      insert into suppression (account_id, openid, reason, since, note)
      values (${world.engine.accountId}, 'amy', 'manual', clock_now() - interval '1 hour', 'asked for it')`.execute(
      world.engine.db,
    );
    await blocked(-50);
    await pushed('subscribe', -40);
    expect(await world.suppressed()).toMatchObject([{ openid: 'amy', reason: 'manual' }]);
  });
});
