import pg from 'pg';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { ProductWorld } from '../support/worlds/product-world.js';

const LIST = '/cgi-bin/template/get_all_private_template';

/** What stops a broadcast before it does harm, as an operator sees it. */
describe('circuit breakers', () => {
  let world: ProductWorld;
  const open = async (wechat: SimulatorOptions) => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, wechat);
    await world.ready();
  };
  afterEach(() => world.close());

  const held = async (id: string, code: string) => {
    const holdOf = async () => (await world.call('GET', `/v1/broadcasts/${id}`)).json.holds;
    const isHeld = async () => (await holdOf()).some((h: { code?: string }) => h.code === code);
    await world.until(isHeld, code);
    return (await holdOf()).find((h: { code?: string }) => h.code === code);
  };
  const resume = (id: string) => world.expect(200, 'POST', `/v1/broadcasts/${id}/resume`);
  const query = async <Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  const eventsOf = async (id: string) =>
    (
      await query<{ kind: string }>(
        'select kind from broadcast_event where broadcast_id = $1 order by id',
        id,
      )
    ).map(({ kind }) => kind);

  describe('on 40037, which WeChat also says of templates that exist', () => {
    it('circuit breakers on 40037, which WeChat also says of templates that exist, ask its own list, and try again where it has the template', async () => {
      await open({ followers: 20 });
      world.fault({ when: { times: 20 }, fault: { kind: 'errcode', errcode: 40037 } });
      const id = await world.broadcast();
      const { counts } = await world.finished(id);
      expect(counts.delivered).toBe(20);
      expect(await eventsOf(id)).not.toContain('held');
      expect(world.wechat.stats()).toMatchObject({ duplicates: 0, sends: { total: 40 } });
    });

    it('circuit breakers on 40037, which WeChat also says of templates that exist, hold where the template is gone, with the rid and a recipient to look into', async () => {
      await open({ followers: 20 });
      const body = await world.body();
      const { templateId } = body;
      world.wechat.account().templates.remove(templateId);
      const { json } = await world.expect(202, 'POST', '/v1/broadcasts', body);
      expect(await held(json.id, 'template_gone')).toMatchObject({
        reason: 'problem',
        errcode: 40037,
        rid: expect.any(String),
        openid: expect.any(String),
        detail: expect.stringContaining('no longer has this template'),
      });
      expect(await world.show(json.id)).toMatchObject({ state: 'paused', counts: { refused: 0 } });
      const path = `/v1/accounts/${world.appid}/templates/${templateId}`;
      expect((await world.expect(200, 'GET', path)).json.removedAt).not.toBeNull();
    });

    it('circuit breakers on 40037, which WeChat also says of templates that exist, decide nothing while the list cannot be had', async () => {
      await open({ followers: 1 });
      world.fault({ when: { path: LIST }, fault: { kind: 'errcode', errcode: -1 } });
      world.fault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: 40037 } });
      const id = await world.broadcast();
      expect((await world.finished(id)).counts.delivered).toBe(1);
      expect(await eventsOf(id)).not.toContain('held');
    });
  });

  it('circuit breakers hold on an unknown code that comes again and again, and the rest gets it after a lift', async () => {
    await open({ followers: 60 });
    world.fault({ fault: { kind: 'errcode', errcode: 99_999 } });
    const id = await world.broadcast();
    expect(await held(id, 'unknown_code')).toMatchObject({
      errcode: 99_999,
      detail: expect.stringMatching(/99999 \d+ times in a row/),
    });
    expect((await world.show(id)).state).toBe('paused');
    world.wechat.clearFaults();
    await resume(id);
    expect((await world.finished(id)).counts).toMatchObject({ delivered: 60, refused: 0 });
  });

  it('circuit breakers hold where the list is another account’s, once: who resumes has decided', async () => {
    await open({ followers: 1_000 });
    world.fault({ when: { every: 8 }, fault: { kind: 'errcode', errcode: 40003 } });
    const id = await world.broadcast();
    expect(await held(id, 'wrong_account')).toMatchObject({
      errcode: 40003,
      detail: expect.stringMatching(/of \d+ \(1[0-4](\.\d)? %\)/),
    });
    await resume(id);
    const { counts } = await world.finished(id);
    expect(counts).toMatchObject({ delivered: 875, refused: 125 });
    expect((await eventsOf(id)).filter((kind) => kind === 'held')).toHaveLength(1);
  });

  describe('with a canary', () => {
    it('circuit breakers with a canary send to the first, wait for their receipts, and go on by themselves', async () => {
      await open({ followers: 60, receipts: { delayMinMs: 500, delayMaxMs: 700 } });
      const id = await world.broadcast({ canary: { first: 10 } });
      expect(await held(id, 'canary_waiting')).toMatchObject({ reason: 'canary' });
      expect(await world.show(id)).toMatchObject({ state: 'paused' });
      expect(world.wechat.stats().accepted).toBe(10);
      expect((await world.finished(id)).counts.delivered).toBe(60);
      expect(await eventsOf(id)).toEqual(expect.arrayContaining(['held', 'lifted', 'finished']));
    });

    it('circuit breakers with a canary stay where too many block us, and go on when a person says so', async () => {
      await open({ followers: 60, population: { left: 0, blocking: 0.5, failing: 0 } });
      const id = await world.broadcast({ canary: { first: 20 } });
      expect(await held(id, 'canary_failed')).toMatchObject({
        reason: 'canary',
        detail: expect.stringMatching(/sent 20, .*blocked ([3-9]|1\d)/),
      });
      expect(world.wechat.stats().accepted).toBe(20);
      await resume(id);
      const { counts } = await world.finished(id);
      expect(counts.delivered + counts.blocked).toBe(60);
    });

    it('circuit breakers with a canary leave a broadcast alone that fits inside', async () => {
      await open({ followers: 8 });
      const id = await world.broadcast({ canary: { first: 10 } });
      expect((await world.finished(id)).counts.delivered).toBe(8);
      expect(await eventsOf(id)).not.toContain('held');
    });
  });

  it('circuit breakers hold what runs when the database was restored, and nobody gets it twice after a lift', async () => {
    // However long the start takes, the receipts of those who were sent to before are pushed until it is there.
    await open({ followers: 30, receipts: { tries: 60 } });
    const id = await world.broadcast({ sendsPerSecond: 1 });
    await world.until(async () => world.wechat.stats().accepted > 1, 'the first messages');
    await world.stop();
    await query('update database_identity set delivery_oid = delivery_oid - 1');
    await world.start();
    expect(await held(id, 'database_replaced')).toMatchObject({ reason: 'restored' });
    await world.expect(200, 'PATCH', `/v1/broadcasts/${id}`, { sendsPerSecond: null });
    await resume(id);
    expect((await world.finished(id)).counts.delivered).toBe(30);
    expect(world.wechat.stats().duplicates).toBe(0);
  });

  it('circuit breakers say that deliveries are not kept any more, where an empty list would lie', async () => {
    await open({ followers: 2 });
    const id = await world.broadcast();
    await world.finished(id);
    await query('update broadcast set purged_at = now()');
    for (const path of ['', `/${world.openid(0)}`])
      expect(await world.call('GET', `/v1/broadcasts/${id}/deliveries${path}`)).toMatchObject({
        status: 410,
        json: { code: 'deliveries_purged' },
      });
    expect((await world.show(id)).counts.delivered).toBe(2);
  });
});
