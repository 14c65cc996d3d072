import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import type { Claim } from '../../../src/broadcast/engine/send/claim.service.js';
import type { Outcome } from '../../../src/broadcast/engine/send/outcome.js';
import { EngineWorld } from '../../support/worlds/engine-world.js';
import { monotonicClock } from '../../support/stores/monotonic-clock.js';

const MSGID = '3487542469355618313';
const ok = (msgid: string | null = MSGID) => ({ kind: 'accepted', msgid }) as const;
const refused = { kind: 'refused', errcode: 43004, rid: 'r-1' } as const;
const unsent = { kind: 'unsent', delayMs: 0 } as const;
const doubtful = { kind: 'doubtful', delayMs: 0 } as const;
const unknown = { kind: 'unknown', errcode: -1, rid: 'r-2' } as const;
const skipped = { kind: 'skipped', detail: 'no_form_id', noCall: true } as const;

describe('settling', () => {
  let world: EngineWorld;
  let broadcast: string;
  beforeEach(async () => {
    world = await EngineWorld.open();
    broadcast = await world.broadcastTo('amy');
  });
  afterEach(async () => {
    await world.expectCountersToAgree(broadcast);
    await world.close();
  });

  async function claim(): Promise<Claim> {
    const [nudge] = await world.release(broadcast);
    const claimed = await world.claims.claim(nudge!);
    if (!claimed) throw new Error('not granted');
    return claimed;
  }
  const amy = () => world.row(broadcast, 'amy');
  const problems = () => world.db.selectFrom('deliveryProblem').selectAll().execute();
  const tallies = async () => {
    const rows = await world.db.selectFrom('broadcastTally').selectAll().execute();
    return Object.fromEntries(rows.map(({ what, count }) => [what, Number(count)]));
  };
  const callsOfToday = async () => {
    const { rows } = await sql<{
      ours: number;
    }>`select sum(ours)::integer as ours from quota_day`.execute(world.db);
    return rows[0]?.ours;
  };

  it('settling keeps the msgid of an acceptance exactly', async () => {
    await world.settlements.settle(await claim(), ok());
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: MSGID, notBefore: null });
  });

  it('settling writes a refusal of the only attempt as final, with errcode and rid', async () => {
    await world.settlements.settle(await claim(), refused);
    expect(await amy()).toMatchObject({ state: 'refused', errcode: 43004, rid: 'r-1' });
    expect(await problems()).toMatchObject([{ state: 'refused', errcode: 43004, openid: 'amy' }]);
    expect(await world.counters.errors(broadcast)).toEqual([{ errcode: 43004, count: 1 }]);
  });

  it('settling gives back what was surely not sent, without doubt', async () => {
    await world.settlements.settle(await claim(), unsent);
    const row = await amy();
    expect(row).toMatchObject({ state: 'pending', inDoubtSince: null });
    expect(row.notBefore).not.toBeNull();
  });

  it('settling keeps the doubt of a lost answer, through a clear refusal of the next attempt', async () => {
    await world.settlements.settle(await claim(), doubtful);
    const first = await amy();
    expect(first).toMatchObject({ state: 'pending' });
    expect(first.inDoubtSince).not.toBeNull();

    await world.settlements.settle(await claim(), unsent);
    expect((await amy()).inDoubtSince).toEqual(first.inDoubtSince);

    await world.settlements.settle(await claim(), refused);
    expect(await amy()).toMatchObject({ state: 'unknown', errcode: 43004 });
    expect(await problems()).toMatchObject([{ state: 'unknown', errcode: 43004 }]);
  });

  it('settling ends what nothing protects in doubt at once, where only a receipt or a late answer finds it', async () => {
    const claimed = await claim();
    await world.settlements.settle(claimed, unknown);
    expect(await amy()).toMatchObject({
      state: 'unknown',
      errcode: -1,
      rid: 'r-2',
      notBefore: null,
    });
    expect(await problems()).toMatchObject([{ state: 'unknown', errcode: -1, openid: 'amy' }]);

    await world.settlements.settle(claimed, ok());
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: MSGID });
    expect(await problems()).toEqual([]);
  });

  it('settling skips who has nothing to be sent with, says why, and gives the call back to the day', async () => {
    await world.settlements.settle(await claim(), skipped);
    expect(await amy()).toMatchObject({
      state: 'skipped',
      detail: 'no_form_id',
      inDoubtSince: null,
      notBefore: null,
    });
    expect(await problems()).toEqual([]);
    expect(await tallies()).toEqual({ 'skipped:no_form_id': 1 });
    expect(await callsOfToday()).toBe(0);
  });

  it('settling skips nobody who is in doubt', async () => {
    await world.settlements.settle(await claim(), doubtful);
    await world.settlements.settle(await claim(), skipped);
    expect(await amy()).toMatchObject({ state: 'unknown', detail: null });
    expect(await tallies()).toEqual({});
  });

  it('settling ends unknown when doubt is nine minutes old', async () => {
    const claimed = await claim();
    await sql`update delivery set in_doubt_since = clock_now() - interval '9 minutes 1 second'`.execute(
      world.db,
    );
    await world.settlements.settle(claimed, doubtful);
    expect(await amy()).toMatchObject({ state: 'unknown' });
  });

  it('settling lets an acceptance overwrite unknown, and removes its problem and its error count', async () => {
    await world.settlements.settle(await claim(), doubtful);
    const late = await claim();
    await world.settlements.settle(late, refused);
    expect(await amy()).toMatchObject({ state: 'unknown' });

    await world.settlements.settle({ ...late, attempts: 1 }, ok());
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: MSGID, errcode: null });
    expect(await problems()).toEqual([]);
    expect(await world.counters.errors(broadcast)).toEqual([]);
  });

  it('settling writes an acceptance over whoever holds the claim now, and over nothing of another attempt group', async () => {
    const first = await claim();
    await world.settlements.settle(first, doubtful);
    await claim();

    await world.settlements.settle({ ...first, attemptGroup: 1 }, ok());
    expect(await amy()).toMatchObject({ state: 'sending' });
    await world.settlements.settle(first, ok());
    expect(await amy()).toMatchObject({ state: 'accepted' });
  });

  it('settling ignores a refusal that an earlier attempt brings late', async () => {
    const first = await claim();
    await world.settlements.settle(first, doubtful);
    await claim();
    await world.settlements.settle(first, refused);
    expect(await amy()).toMatchObject({ state: 'sending', attempts: 2 });
  });

  it('settling gives an accepted row without msgid its msgid, and never takes one away', async () => {
    const claimed = await claim();
    await world.settlements.settle(claimed, ok(null));
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: null });
    await world.settlements.settle(claimed, ok());
    await world.settlements.settle(claimed, ok(null));
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: MSGID });
  });

  it('settling changes nothing when the same outcome is written twice', async () => {
    const claimed = await claim();
    await world.settlements.settle(claimed, refused);
    await world.settlements.settle(claimed, refused);
    expect(await world.counters.errors(broadcast)).toEqual([{ errcode: 43004, count: 1 }]);
  });

  it('settling costs only itself when a msgid does not fit into 64 bits', async () => {
    const bob = await world.broadcastTo('bob');
    const [nudge] = await world.release(bob);
    const other = await world.claims.claim(nudge!);
    await Promise.all([
      world.settlements.settle(await claim(), ok('99999999999999999999999999')),
      world.settlements.settle(other!, ok('5')),
    ]);
    expect(await amy()).toMatchObject({ state: 'accepted', msgid: null });
    expect(await world.row(bob, 'bob')).toMatchObject({ state: 'accepted', msgid: '5' });
  });

  describe('while the database refuses it', () => {
    beforeAll(() => Logger.overrideLogger(false));
    afterEach(() => monotonicClock.giveBack());

    /** What has come of it once the database is back, after so many minutes of trying. */
    async function triedFor(minutes: number, outcome: Outcome) {
      const claimed = await claim();
      let tries = 0;
      let isOver = false;
      world.pool.on('acquire', () => tries++);
      await world.db.schema.alterTable('delivery').renameTo('delivery_away').execute();
      const settled = world.settlements.settle(claimed, outcome).then(() => (isOver = true));
      monotonicClock.runAhead(minutes * 60_000);
      while (!isOver && tries < 3) await setTimeout(10);
      const givenUp = isOver;
      await world.db.schema.alterTable('delivery_away').renameTo('delivery').execute();
      await settled;
      return { givenUp, state: (await amy()).state };
    }

    it.each([
      ['an acceptance', ok(), 'accepted', 60],
      ['a refusal', refused, 'refused', 8.5],
      ['what was not sent', unsent, 'pending', 8.5],
      ['a lost answer', doubtful, 'pending', 8.5],
    ] as const)(
      'settling while the database refuses it keeps %s until it takes it',
      async (_, outcome, state, minutes) => {
        expect(await triedFor(minutes, outcome)).toEqual({ givenUp: false, state });
      },
    );

    it.each([
      ['a refusal', refused],
      ['what was not sent', unsent],
      ['a lost answer', doubtful],
    ] as const)(
      'settling while the database refuses it gives up %s after nine minutes, and leaves the row to the sweep',
      async (_, outcome) => {
        expect(await triedFor(9, outcome)).toEqual({ givenUp: true, state: 'sending' });
      },
    );
  });
});

describe('receipts', () => {
  let world: EngineWorld;
  let broadcast: string;
  beforeEach(async () => {
    world = await EngineWorld.open();
    broadcast = await world.broadcastTo('amy');
  });
  afterEach(async () => {
    await world.expectCountersToAgree(broadcast);
    await world.close();
  });

  const receipt = (change: Partial<Parameters<typeof world.receipts.record>[0][number]> = {}) => ({
    accountId: world.accountId,
    openid: 'amy',
    msgid: MSGID,
    createTime: new Date(),
    status: 'success',
    kind: 'template' as const,
    ...change,
  });
  async function accept(): Promise<void> {
    const [nudge] = await world.release(broadcast);
    await world.settlements.settle((await world.claims.claim(nudge!))!, ok());
  }
  const state = async () => (await world.row(broadcast, 'amy')).state;

  it('receipts that come after the reply settle their delivery', async () => {
    await accept();
    await world.receipts.record([receipt()]);
    expect(await state()).toBe('delivered');
  });

  it('receipts that overtake the reply wait for it', async () => {
    await world.receipts.record([receipt()]);
    expect(await state()).toBe('pending');
    await accept();
    expect(await state()).toBe('delivered');
    expect(await world.db.selectFrom('receipt').selectAll().execute()).toMatchObject([
      { broadcastId: broadcast, matchedBy: 'msgid' },
    ]);
  });

  it('receipts that come twice count once', async () => {
    await accept();
    const same = receipt();
    await Promise.all([world.receipts.record([same, same]), world.receipts.record([same])]);
    expect(await state()).toBe('delivered');
    expect(await world.db.selectFrom('receipt').selectAll().execute()).toHaveLength(1);
  });

  it.each([
    ['failed:user block', 'blocked'],
    ['failed: user block', 'blocked'],
    ['failed: system failed', 'failed'],
    ['failed:system failed', 'failed'],
    ['failed:freq limit', 'failed'],
    ['something new', 'failed'],
  ])('receipts with Status "%s" mean %s, and keep the words', async (status, becomes) => {
    await accept();
    await world.receipts.record([receipt({ status })]);
    expect(await world.row(broadcast, 'amy')).toMatchObject({ state: becomes, detail: status });
    const problems = await world.db.selectFrom('deliveryProblem').selectAll().execute();
    expect(problems).toMatchObject([{ state: becomes, openid: 'amy' }]);
  });

  it('receipts of another account, of another openid, or for an unknown msgid move nothing and are kept', async () => {
    await accept();
    await world.receipts.record([
      receipt({ accountId: world.accountId + 1 }),
      receipt({ openid: 'bob' }),
      receipt({ msgid: '7' }),
      receipt({ msgid: '0' }),
    ]);
    expect(await state()).toBe('accepted');
    const kept = await world.db.selectFrom('receipt').select('broadcastId').execute();
    expect(kept).toEqual(Array.from({ length: 4 }, () => ({ broadcastId: null })));
  });

  it('receipts never move a refused row', async () => {
    const [nudge] = await world.release(broadcast);
    await world.settlements.settle((await world.claims.claim(nudge!))!, refused);
    await sql`update delivery set msgid = ${MSGID}`.execute(world.db);
    await world.receipts.record([receipt()]);
    expect(await state()).toBe('refused');
  });

  it('receipts meet their reply wherever the two commits fall', async () => {
    for (let round = 0; round < 20; round++) {
      const id = await world.broadcastTo('amy');
      const [nudge] = await world.release(id);
      const claimed = await world.claims.claim(nudge!);
      const msgid = String(1_000 + round);
      await Promise.all([
        world.settlements.settle(claimed!, ok(msgid)),
        world.receipts.record([receipt({ msgid })]),
      ]);
      expect(await world.states(id)).toEqual({ amy: 'delivered' });
    }
  });

  it('receipts that the database cannot take fail their own caller alone', async () => {
    await accept();
    const [good, poison] = await Promise.allSettled([
      world.receipts.record([receipt()]),
      world.receipts.record([receipt({ msgid: '99999999999999999999999999' })]),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(poison).toMatchObject({ status: 'rejected', reason: { code: '22003' } });
    expect(await state()).toBe('delivered');
  });

  it('receipts that the database cannot take cost 32 callers beside them a few statements, not each its own', async () => {
    const batch = (n: number) =>
      Array.from({ length: 3 }, (_, i) => receipt({ msgid: `${n + 1}00${i}`, openid: `o${n}` }));
    let statements = 0;
    world.hot.listen((name) => (statements += Number(name === 'receive' || name === 'deliver')));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 32 }, (_, n) =>
        world.receipts.record(
          n === 13 ? [...batch(n), receipt({ msgid: '9223372036854775808' })] : batch(n),
        ),
      ),
    );
    world.hot.listen(() => {});
    expect(outcomes.map(({ status }) => status === 'rejected').indexOf(true)).toBe(13);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    // Two for each half of what is left: five halvings reach the one.
    expect(statements).toBeLessThanOrEqual(12);
  });
});
