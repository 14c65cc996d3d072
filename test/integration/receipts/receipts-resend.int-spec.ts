import { sql } from 'kysely';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import { RECEIVE } from '../../../src/broadcast/engine/receipts/receive.statements.js';
import { clientMsgId } from '../../../src/kernel/ids.js';
import { inSeconds, ReceiptsWorld } from '../../support/worlds/receipts-world.js';

const FAILED = 'failed: system failed';

/** WeChat failed by itself: the message may be sent again, if the broadcast asks for it. */
describe('a message that failed by WeChat’s own fault', () => {
  let world: ReceiptsWorld;
  beforeEach(async () => {
    world = await ReceiptsWorld.open();
  });
  afterEach(async () => {
    await world.expectBooksToAgree();
    await world.close();
  });

  const row = (id: string) => world.engine.row(id, 'amy');
  const allow = () => sql`update broadcast set resend_failed = true`.execute(world.engine.db);
  const due = () =>
    sql`update delivery set not_before = clock_now() where not_before is not null`.execute(
      world.engine.db,
    );
  const finishing = () => new Finishing(world.engine.db);

  it('a message that failed by WeChat’s own fault stays failed unless the broadcast asks for another try', async () => {
    const id = await world.accepted();
    await world.receive({ status: FAILED });
    expect(await row(id)).toMatchObject({ state: 'failed', attemptGroup: 0 });
  });

  it('a message that failed by WeChat’s own fault waits for another try under another client_msg_id, beyond WeChat’s minute for equal texts', async () => {
    const id = await world.accepted();
    await allow();
    const began = Date.now();
    await world.receive({ status: 'Failed:System failed' });

    const reopened = await row(id);
    expect(reopened).toMatchObject({
      state: 'pending',
      attempts: 1,
      attemptGroup: 1,
      msgid: null,
      inDoubtSince: null,
      settledAt: null,
      detail: null,
    });
    expect(reopened.notBefore!.getTime() - began).toBeGreaterThan(60_000);
    expect(clientMsgId(id, 'amy', 1)).not.toBe(clientMsgId(id, 'amy', 0));
    expect(await world.receipts()).toMatchObject([
      { msgid: '7', status: FAILED.replace('f', 'F').replace(': s', ':S'), broadcastId: id },
    ]);

    await due();
    const claim = await world.claim(id);
    expect(claim).toMatchObject({ attempts: 2, attemptGroup: 1 });
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '8' });
    await world.receive({ msgid: '8' });
    expect(await row(id)).toMatchObject({ state: 'delivered', msgid: '8', attempts: 2 });
  });

  it('a message that failed by WeChat’s own fault is sent again three times, and then is failed', async () => {
    const id = await world.accepted('1');
    await allow();
    for (const msgid of ['1', '2', '3']) {
      await world.receive({ msgid, status: FAILED });
      await due();
      const claim = await world.claim(id);
      const next = String(Number(msgid) + 1);
      await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: next });
    }
    await world.receive({ msgid: '4', status: FAILED });
    expect(await row(id)).toMatchObject({
      state: 'failed',
      attempts: 4,
      attemptGroup: 3,
      detail: FAILED,
    });
  });

  it('a message that failed by WeChat’s own fault is sent again also where the receipt came before the reply', async () => {
    const { id, claim } = await world.sendTo();
    await allow();
    await world.receive({ status: FAILED });
    expect(await row(id)).toMatchObject({ state: 'sending' });
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '7' });
    expect(await row(id)).toMatchObject({ state: 'pending', attemptGroup: 1, msgid: null });
  });

  it('a message that failed by WeChat’s own fault is told of twice and reopened once; no receipt of the first message settles the second', async () => {
    const id = await world.accepted();
    await allow();
    await world.receive({ status: FAILED }, { status: FAILED });
    await world.receive({ status: FAILED });
    await world.receive({ createTime: inSeconds(-1), status: 'success' });
    expect(await row(id)).toMatchObject({ state: 'pending', attemptGroup: 1 });

    await due();
    const claim = await world.claim(id);
    await world.receive({ createTime: inSeconds(1), status: 'success' });
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: null });
    await world.matchDue();
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'accepted', attemptGroup: 1 });
    // All of them are put to the broadcast, so that none is looked at for ever.
    for (const kept of await world.receipts()) expect(kept).toMatchObject({ broadcastId: id });
  });

  it('a message that failed by WeChat’s own fault is not touched by a late acceptance of the failed try', async () => {
    const { id, claim } = await world.sendTo();
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '7' });
    await allow();
    await world.receive({ status: FAILED });
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '7' });
    expect(await row(id)).toMatchObject({ state: 'pending', msgid: null });
  });

  it('a message that failed by WeChat’s own fault is not sent again on a receipt that only its time has matched', async () => {
    const id = await world.unknown();
    await allow();
    await world.receive({ msgid: '0', status: FAILED });
    await world.matchDue();
    expect(await row(id)).toMatchObject({ state: 'failed', attemptGroup: 0 });
  });

  it.each(['finished', 'cancelled'])(
    'a message that failed by WeChat’s own fault stays failed once the broadcast is %s',
    async (state) => {
      const id = await world.accepted();
      await allow();
      await sql`update broadcast set state = ${state}::broadcast_state`.execute(world.engine.db);
      await world.receive({ status: FAILED });
      expect(await row(id)).toMatchObject({ state: 'failed' });
    },
  );

  it('a message that failed by WeChat’s own fault keeps its broadcast open, whichever of the two comes first', async () => {
    const id = await world.accepted();
    await allow();
    await world.receive({ status: FAILED });
    expect(await finishing().finish(id)).toBe(false);
    await due();
    const claim = await world.claim(id);
    await world.engine.settlements.settle(claim, { kind: 'accepted', msgid: '8' });
    expect(await finishing().finish(id)).toBe(true);
    await world.receive({ msgid: '8', status: FAILED });
    expect(await row(id)).toMatchObject({ state: 'failed' });
  });

  it('a message that failed by WeChat’s own fault and is being reopened makes finishing wait', async () => {
    const id = await world.accepted();
    await allow();
    const { accountId, openid, msgid, createTime } = world.receipt();
    let finished: Promise<boolean> | undefined;
    let isOver = false;
    await world.engine.hot.transaction(async (tx) => {
      await tx.query(RECEIVE, [
        [accountId],
        [msgid],
        [openid],
        [createTime],
        [FAILED],
        'test',
        ['template'],
      ]);
      finished = finishing()
        .finish(id)
        .finally(() => (isOver = true));
      await waitingForALock();
      expect(isOver).toBe(false);
    });
    expect(await finished).toBe(false);
    expect(await row(id)).toMatchObject({ state: 'pending' });
  });

  it('a message that failed by WeChat’s own fault is not reopened by a receipt that waited while the broadcast was closed', async () => {
    const id = await world.accepted();
    await allow();
    let received: Promise<void> | undefined;
    await world.engine.db.transaction().execute(async (tx) => {
      await sql`update broadcast set state = 'finished', ended_at = clock_now(), closed_at = clock_now()
        where id = ${id}`.execute(tx);
      received = world.receive({ status: FAILED });
      await waitingForALock();
    });
    await received;
    expect(await row(id)).toMatchObject({ state: 'failed' });
  });

  async function waitingForALock(): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(world.engine.db);
      if (rows.length > 0) return;
    }
  }
});
