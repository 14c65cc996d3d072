import { sql } from 'kysely';
import {
  DELIVER,
  MATCH,
  RECEIVE,
} from '../../../src/broadcast/engine/receipts/receive.statements.js';
import { ACCEPT } from '../../../src/broadcast/engine/send/accept.statement.js';
import { SETTLE } from '../../../src/broadcast/engine/send/settle.statement.js';
import type { HotRunner } from '../../../src/database/hot-sql.js';
import { createNaturalDatabase } from '../../support/stores/database.js';
import { inSeconds, type Receipt, ReceiptsWorld } from '../../support/worlds/receipts-world.js';

/** An order of its own for each seed, the same each time. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const key = (index: number): number => ((index + 1) * 2_654_435_761 * (seed + 1)) % 4_294_967_291;
  return items
    .map((item, index) => ({ item, at: key(index) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The values of a settle statement for one acceptance. */
const settlement = (id: string, attempts: number, msgid: string): unknown[] => {
  const columns = [id, 'amy', attempts, 0, 'accepted', msgid, null, null, 0];
  const flags = [[false], [false]];
  return [...columns.map((value) => [value]), 'test-settle', ...flags, 0, [null]];
};

/** What nearly every message takes, in this order. */
const PLAIN = ['accept', 'deliver'];

describe('a receipt and the reply of its send', () => {
  let world: ReceiptsWorld;
  beforeEach(async () => {
    world = await ReceiptsWorld.open();
  });
  afterEach(async () => {
    await world.expectBooksToAgree();
    await world.close();
  });

  it.each([
    ['the receipt', 'settle', 'receive'],
    ['the receipt', 'accept', 'deliver'],
    ['the reply', 'settle', 'receive'],
    ['the reply', 'accept', 'deliver'],
  ])(
    'a receipt and the reply of its send meet when %s commits first, by %s and %s',
    async (first, reply, receipt) => {
      const { id, claim } = await world.sendTo();
      const { accountId, openid, msgid, createTime, status } = world.receipt();
      const settle = (tx: HotRunner) =>
        reply === 'accept'
          ? tx.query(ACCEPT, [[id], ['amy'], [claim.attemptGroup], [msgid], 'test-settle'])
          : tx.query(SETTLE, settlement(id, claim.attempts, msgid));
      const receive = async (tx: HotRunner) => {
        const columns = [accountId, msgid, openid, createTime].map((value) => [value]);
        const written: unknown[] =
          receipt === 'deliver'
            ? await tx.query(DELIVER, [...columns, 'test-match', ['template']])
            : [];
        return written.length > 0
          ? written
          : tx.query(RECEIVE, [...columns, [status], 'test-match', ['template']]);
      };
      const match = () => world.engine.hot.query(MATCH, [[accountId], [msgid], 'test-match']);
      const row = () => world.engine.row(id, 'amy');

      const [outer, inner] = first === 'the receipt' ? [settle, receive] : [receive, settle];
      await world.engine.hot.transaction(async (tx) => {
        await outer(tx);
        // Neither sees what the other has not committed; the one that commits first looks in vain.
        await world.engine.hot.transaction(inner);
        await match();
        expect((await row()).state).not.toBe('delivered');
      });
      await match();
      expect(await row()).toMatchObject({ state: 'delivered' });
    },
  );

  it('a receipt and the reply of its send come out the same by the plain statements and by the others', async () => {
    const statements: string[] = [];
    world.engine.hot.listen((name) => void statements.push(name));
    const { id, claim } = await world.sendTo();
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '7' });
    await world.receive({ msgid: '7' });
    expect(await world.engine.row(id, 'amy')).toMatchObject({ state: 'delivered', msgid: '7' });
    expect(statements.filter((name) => PLAIN.includes(name))).toEqual(PLAIN);
    expect(statements).not.toContain('settle');
    expect(statements).not.toContain('receive');
    // Brought again, and said again: nothing is plain about it, and nothing changes.
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '7' });
    await world.receive({ msgid: '7' });
    expect(statements).toContain('settle');
    expect(statements).toContain('receive');
    expect(await world.engine.row(id, 'amy')).toMatchObject({ state: 'delivered', msgid: '7' });
  });

  it('a receipt and the reply of its send meet in a flood: early, late, twice, in any order, among what is nobody’s', async () => {
    const people = Array.from({ length: 400 }, (_, n) => `o${n}`);
    const id = await world.engine.broadcastTo(...people);
    const nudges = await world.engine.release(id);
    const claims = await Promise.all(nudges.map((nudge) => world.engine.claims.claim(nudge)));
    const settled = new Map(claims.map((claim, n) => [claim!.openid, { claim: claim!, n }]));
    const statusOf = (n: number): string =>
      n % 50 === 0 ? 'failed:user block' : n % 51 === 0 ? 'failed: of the moon' : 'success';

    const said = people.map((openid): Receipt => {
      const { n } = settled.get(openid)!;
      return world.receipt({ openid, msgid: String(10_000 + n), status: statusOf(n) });
    });
    const foreign = people
      .slice(0, 100)
      .flatMap((openid, n): Receipt[] => [
        world.receipt({ openid, msgid: String(90_000 + n), createTime: inSeconds(-3_600) }),
        world.receipt({ openid, msgid: '0', createTime: inSeconds(-7_200) }),
        { ...said[n]!, accountId: world.engine.accountId + 1 },
        { ...said[n]!, openid: 'nobody', status: 'success' },
      ]);
    const flood = shuffled([...said, ...foreign, ...said.slice(0, 80)], 1);
    const replies = shuffled([...settled.values()], 2);

    const pushes: Promise<void>[] = [];
    for (let at = 0; at < flood.length; at += 50)
      pushes.push(world.engine.receipts.record(flood.slice(at, at + 50)));
    const settles = replies.map(({ claim, n }) =>
      world.engine.settlements.settle(claim, { kind: 'accepted', msgid: String(10_000 + n) }),
    );
    await Promise.all([...pushes, ...settles]);

    const expected = { delivered: 0, blocked: 0, failed: 0 };
    for (const { n } of settled.values())
      expected[statusOf(n) === 'success' ? 'delivered' : n % 50 === 0 ? 'blocked' : 'failed']++;
    expect(await world.engine.counters.counts(id)).toMatchObject({ ...expected, accepted: 0 });
    expect(await world.suppressed()).toHaveLength(expected.blocked);
    const kept = await world.receipts();
    expect(kept.filter(({ broadcastId }) => broadcastId === id)).toHaveLength(400);
    expect(kept).toHaveLength(800);

    await world.matchDue();
    expect(await world.engine.counters.counts(id)).toMatchObject(expected);
  });
});

describe('in a database that sorts text as people do', () => {
  let world: ReceiptsWorld;
  beforeAll(async () => {
    world = await ReceiptsWorld.open(await createNaturalDatabase());
  });
  afterAll(() => world.close());

  it('text without a collation does sort otherwise than openids, in a database that sorts text as people do', async () => {
    const { rows } = await sql`select 'a' < 'B' as natural, 'a' < 'B' collate "C" as bytes`.execute(
      world.engine.db,
    );
    expect(rows).toEqual([{ natural: true, bytes: false }]);
  });

  it('settle, match and the look of the repair at the same rows never deadlock, in a database that sorts text as people do', async () => {
    // Upper and lower case, digits, dashes: these two orders differ nearly everywhere.
    const people = Array.from({ length: 300 }, (_, n) => `${'aBcD-_9Z'[n % 8]}${'xY'[n % 2]}${n}`);
    for (let round = 0; round < 6; round++) {
      // Who blocks is spared from then on.
      const status = round < 5 ? 'success' : 'failed:user block';
      const id = await world.engine.broadcastTo(...people);
      const nudges = await world.engine.release(id);
      const claims = await Promise.all(nudges.map((nudge) => world.engine.claims.claim(nudge)));
      const msgidOf = new Map(
        claims.map((claim, n) => [claim!.openid, `${round + 1}${1_000 + n}`]),
      );
      const accept = (seed: number) =>
        Promise.all(
          shuffled(claims, seed).map((claim) =>
            world.engine.settlements.settle(claim!, {
              kind: 'accepted',
              msgid: msgidOf.get(claim!.openid)!,
            }),
          ),
        );
      const receive = (seed: number) =>
        world.engine.receipts.record(
          shuffled(people, seed).map((openid) =>
            world.receipt({ openid, msgid: msgidOf.get(openid)!, status }),
          ),
        );
      // In doubt too long, and their msgids known: late replies and receipts want the same rows at once.
      await sql`
        update delivery set state = 'unknown', msgid = m from unnest(
          ${[...msgidOf.keys()]}::text[], ${[...msgidOf.values()]}::bigint[]) as known (o, m)
        where broadcast_id = ${id} and openid = o`.execute(world.engine.db);
      await sql`
        insert into delivery_problem select broadcast_id, state, 0, openid from delivery
        where broadcast_id = ${id}`.execute(world.engine.db);
      await sql`
        insert into broadcast_counter (broadcast_id, lane, sending, unknown)
        values (${id}, 'late', -300, 300)`.execute(world.engine.db);
      await Promise.all([
        accept(2 + round),
        receive(3 + round),
        receive(4 + round),
        world.matchDue(),
        accept(5 + round),
      ]);
      expect(await world.engine.counters.counts(id)).toMatchObject(
        round < 5 ? { delivered: 300 } : { blocked: 300 },
      );
    }
    await world.expectBooksToAgree();
    expect(await world.suppressed()).toHaveLength(300);
    const { rows } = await sql`
      select pg_stat_force_next_flush(), deadlocks::integer as deadlocks
      from pg_stat_database where datname = current_database()`.execute(world.engine.db);
    expect(rows).toMatchObject([{ deadlocks: 0 }]);
  });
});
