import { ProductWorld } from '../support/worlds/product-world.js';

/** One test for each reaction class of the errcode table: what WeChat does, and what becomes of it. */
describe('remedies', () => {
  let world: ProductWorld;
  beforeEach(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 20 });
    await world.ready();
  });
  afterEach(() => world.close());

  const toOne = () =>
    world.broadcast({ audience: { kind: 'openids', openids: [world.openid(0)] } });
  const heldBy = async (id: string, reason: string) => {
    await world.until(
      async () => (await world.show(id)).holds.some((h) => h.reason === reason),
      reason,
    );
    return world.show(id);
  };
  /** Undefined until the audience has been read. */
  const delivery = async (id: string) => {
    const path = `/v1/broadcasts/${id}/deliveries/${world.openid(0)}`;
    return (await world.call('GET', path)).json ?? {};
  };

  it('R: a busy WeChat is asked again, under the same client_msg_id', async () => {
    world.fault({ when: { times: 2 }, fault: { kind: 'errcode', errcode: -1 } });
    expect((await world.finished(await toOne())).counts.delivered).toBe(1);
    expect(world.wechat.stats()).toMatchObject({ accepted: 1, sends: { total: 3 } });
  });

  it('R: a busy WeChat that had accepted does not make it twice', async () => {
    world.fault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: -1, accepted: true } });
    expect((await world.finished(await toOne())).counts.delivered).toBe(1);
    expect(world.wechat.stats(world.appid)).toMatchObject({
      duplicates: 0,
      seen: 1,
      sends: { total: 2 },
    });
  });

  it('U: a connection that breaks after WeChat accepted is tried again and seen once', async () => {
    world.fault({ when: { times: 1 }, fault: { kind: 'drop', accepted: true } });
    expect((await world.finished(await toOne())).counts.delivered).toBe(1);
    expect(world.wechat.stats()).toMatchObject({ duplicates: 0, seen: 1 });
  });

  it('U: a lost answer, then a clear refusal, is honestly unknown', async () => {
    world.fault({ when: { times: 1 }, fault: { kind: 'drop' } });
    world.fault({ fault: { kind: 'errcode', errcode: 43004 } });
    const id = await toOne();
    expect((await world.finished(id)).counts).toMatchObject({ unknown: 1, refused: 0 });
    expect(await delivery(id)).toMatchObject({ state: 'unknown', errcode: 43004 });
  });

  it('T: an expired token is renewed once, and the message goes out', async () => {
    await world.finished(await toOne());
    world.wechat.expireTokens(world.appid, 40001);
    const id = await world.broadcast();
    expect((await world.finished(id)).counts.delivered).toBe(20);
    expect(world.wechat.stats().tokenCalls).toBe(2);
  });

  it('P: a banned template holds the broadcast once, says why, and goes on after a lift', async () => {
    world.fault({ when: { times: 20 }, fault: { kind: 'errcode', errcode: 43116 } });
    const id = await world.broadcast();
    const held = await heldBy(id, 'problem');
    const sample = { rid: expect.any(String), openid: expect.any(String) };
    expect(held).toMatchObject({
      state: 'paused',
      holds: [{ reason: 'problem', errcode: 43116, ...sample }],
    });
    // WeChat knows the rid as that of its refusal of this recipient.
    const [{ rid = '', openid } = {}] = held.holds;
    const { errcode, requestBody = '{}' } = world.wechat.rids.find(rid) ?? {};
    expect({ errcode, openid: JSON.parse(requestBody).touser }).toEqual({ errcode: 43116, openid });

    world.wechat.clearFaults();
    await world.expect(200, 'POST', `/v1/broadcasts/${id}/resume`);
    expect((await world.finished(id)).counts.delivered).toBe(20);
    expect(world.wechat.stats().duplicates).toBe(0);
  });

  it('P: an address that is not on the whitelist is a fault of the account, with the address', async () => {
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 40164 } });
    world.wechat.expireTokens(world.appid, 40001);
    const id = await world.broadcast();
    const account = async () =>
      (await world.expect(200, 'GET', `/v1/accounts/${world.appid}`)).json;
    await world.until(async () => (await account()).health.fault !== null, 'the fault');
    const { fault } = (await account()).health;
    expect(fault).toMatchObject({
      errcode: 40164,
      ip: expect.stringMatching(/\d+\.\d+\.\d+\.\d+/),
    });
    const { tokenRequests } = world.wechat.stats();
    expect((await world.show(id)).counts.delivered).toBe(0);
    expect(tokenRequests).toBeLessThan(10);

    // Put right at WeChat; the operator lifts the account, and the broadcast goes on by itself.
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 0 } });
    await world.expect(200, 'POST', `/v1/accounts/${world.appid}/lift`);
    expect((await world.finished(id)).counts.delivered).toBe(20);
  });

  it('P: an account whose fault was put right at WeChat goes on by itself', async () => {
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 40164 } });
    world.wechat.expireTokens(world.appid, 40001);
    const id = await world.broadcast();
    await world.until(async () => (await world.show(id)).limitedBy === 'account', 'the fault');
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 0 } });

    // It is asked again once a minute: here a minute passes with a restart.
    await world.stop();
    await world.start({ CLOCK_OFFSET_MS: '90000' });
    expect((await world.finished(id)).counts.delivered).toBe(20);
  });

  it('F: a recipient who left is refused for good, with the errcode explained', async () => {
    world.fault({ fault: { kind: 'errcode', errcode: 43004 } });
    const id = await toOne();
    expect((await world.finished(id)).counts.refused).toBe(1);
    expect(await delivery(id)).toMatchObject({
      state: 'refused',
      errcode: 43004,
      rid: expect.any(String),
    });
  });

  it('F: a code that nobody knows is tried three times', async () => {
    world.fault({ fault: { kind: 'errcode', errcode: 99_999 } });
    expect((await world.finished(await toOne())).counts.refused).toBe(1);
    expect(world.wechat.stats().sends.total).toBe(3);
  });

  it('RL: a recipient reached too often is left alone for a while, not refused', async () => {
    world.fault({ when: { times: 1 }, fault: { kind: 'errcode', errcode: 43117 } });
    const began = Date.now();
    const id = await toOne();
    await world.until(async () => (await delivery(id)).attempts === 1, 'the first attempt');
    await world.until(async () => (await delivery(id)).state === 'pending', 'the way back');
    const { notBefore } = await delivery(id);
    expect(Date.parse(notBefore) - began).toBeGreaterThan(30_000);
  });

  it('D: the same text within a minute, not in doubt, is refused', async () => {
    world.fault({ fault: { kind: 'errcode', errcode: 40241 } });
    expect((await world.finished(await toOne())).counts.refused).toBe(1);
  });

  it('D: the same text within a minute, in doubt, is unknown', async () => {
    world.fault({ when: { times: 1 }, fault: { kind: 'drop' } });
    world.fault({ fault: { kind: 'errcode', errcode: 40241 } });
    expect((await world.finished(await toOne())).counts.unknown).toBe(1);
  });

  it('D: a client_msg_id that WeChat has already is an acceptance', async () => {
    world.fault({ fault: { kind: 'errcode', errcode: 45065 } });
    const id = await toOne();
    await world.until(async () => (await delivery(id)).state === 'accepted', 'acceptance');
    expect(await delivery(id)).toMatchObject({ state: 'accepted', msgid: null });
  });

  it('B: a body that WeChat cannot read holds the broadcast, and the row goes back', async () => {
    world.fault({ fault: { kind: 'errcode', errcode: 47001 } });
    const id = await toOne();
    const held = await heldBy(id, 'problem');
    expect(held.holds).toMatchObject([{ reason: 'problem', errcode: 47001 }]);
    await world.until(async () => (await delivery(id)).state === 'pending', 'the way back');
  });

  it('a spent quota holds the broadcast until the next day in Shanghai, by itself', async () => {
    world.fault({ when: { skip: 5 }, fault: { kind: 'errcode', errcode: 45009 } });
    const id = await world.broadcast();
    const held = await heldBy(id, 'quota');
    expect(held.state).toBe('running');
    const [hold] = (await world.show(id)).holds as { until?: string }[];
    expect(new Date(hold!.until!).toISOString()).toMatch(/T16:00:00/);
    await world.until(async () => (await world.show(id)).counts.sending === 0, 'the last answers');
    expect((await world.show(id)).counts).toMatchObject({ refused: 0, unknown: 0 });
  });

  it('the minute limit lets the whole account rest, and nothing is lost', async () => {
    world.fault({ when: { skip: 5, times: 1 }, fault: { kind: 'errcode', errcode: 45011 } });
    const id = await world.broadcast();
    await world.until(async () => (await world.show(id)).limitedBy === 'wechat', 'the rest');
    const { counts } = await world.show(id);
    expect(counts.refused + counts.unknown).toBe(0);
  });
});
