import pg from 'pg';
import type { FaultAction } from '../../src/simulator/faults/fault-rule.js';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues } from '../support/stores/redis.js';

const HALF_AN_HOUR = 30 * 60_000;

/** First answers that leave the row in doubt, and whether the message is on the phone nevertheless. */
const FIRSTS: readonly { fault: FaultAction; seen: number; errcode: number | null }[] = [
  { fault: { kind: 'drop', accepted: true }, seen: 1, errcode: null },
  { fault: { kind: 'errcode', errcode: -1, accepted: true }, seen: 1, errcode: -1 },
  { fault: { kind: 'drop' }, seen: 0, errcode: null },
];

/** WeChat has forgotten a client_msg_id after ten minutes: whoever asks again then may be sent it twice. */
describeBothQueues('a doubt that has grown old', (queue) => {
  let world: ProductWorld;
  let id: string;
  beforeEach(async () => {
    world = await ProductWorld.open(queue, { followers: 3, receipts: { never: 1 } });
    await world.ready();
    FIRSTS.forEach(({ fault }, n) => {
      const when = { openids: [world.openid(n)], times: 1 };
      world.fault({ when, fault: { kind: 'delay', ms: 2_000, accepted: true } });
      world.fault({ when, fault });
    });
    id = await world.broadcast();
    await world.until(async () => sends() === 3, 'the first tries');
  });
  afterEach(() => world.close());

  const sends = () => world.wechat.stats(world.appid).sends.total;
  const rowsAre = (state: 'pending' | 'queued') =>
    world.until(async () => (await world.show(id)).counts[state] === 3, `every row to be ${state}`);

  /** Half an hour passes for us and for WeChat, while nobody works. */
  async function sleepOverIt(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await world.stop();
    await meanwhile();
    world.wechat.clock.setOffset(HALF_AN_HOUR);
    await world.start({ CLOCK_OFFSET_MS: String(HALF_AN_HOUR) });
  }

  async function expectOneMessageAndUnknown({ wasSettled = true } = {}): Promise<void> {
    await world.until(async () => (await world.show(id)).state === 'finished', 'the end');
    const { json } = await world.expect(200, 'GET', `/v1/broadcasts/${id}/deliveries`);
    const rows: { openid: string; state: string; errcode: number | null }[] = json.items;
    for (const [n, { seen, errcode }] of FIRSTS.entries()) {
      const openid = world.openid(n);
      const row = rows.find((one) => one.openid === openid);
      expect(row).toMatchObject({
        state: 'unknown',
        errcode: wasSettled ? errcode : null,
        attempts: 1,
      });
      expect(world.wechat.ledger({ openid }).items[0]?.messages ?? []).toHaveLength(seen);
    }
    expect(sends()).toBe(3);
    expect((await world.show(id)).counts).toMatchObject({ unknown: 3, pending: 0, queued: 0 });
  }

  it('a doubt that has grown old in a pause is not sent again when it is resumed', async () => {
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/pause`);
    await rowsAre('pending');
    await sleepOverIt();
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/resume`);
    await expectOneMessageAndUnknown();
  });

  it('a doubt that has grown old in the queue is not sent again when its job comes up', async () => {
    await world.sendQueue.pause();
    await rowsAre('queued');
    await sleepOverIt();
    await world.sendQueue.resume();
    await expectOneMessageAndUnknown();
  });

  it('a doubt that has grown old in the hands of a worker that was killed is not sent again', async () => {
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/pause`);
    await rowsAre('pending');
    // As a kill in the middle of the send leaves it: claimed, and nothing settled.
    await sleepOverIt(async () => {
      const client = new pg.Client({ connectionString: world.databaseUrl });
      await client.connect();
      await client.query(`
        update delivery set state = 'sending', not_before = null, errcode = null, rid = null`);
      await client.query(`
        insert into broadcast_counter (broadcast_id, lane, pending, sending)
        values ('${id}', 'killed', -3, 3)`);
      await client.query('delete from broadcast_hold');
      await client.end();
    });
    await expectOneMessageAndUnknown({ wasSettled: false });
  });
});
