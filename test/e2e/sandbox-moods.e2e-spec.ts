import { ProductWorld } from '../support/worlds/product-world.js';

interface Phone {
  readonly person: { readonly openid: string; readonly blocks: boolean };
  readonly items: readonly { readonly title: string }[];
}

interface Outcome {
  readonly state: string;
  readonly detail: string | null;
  readonly attempts: number;
}

/** What the pretended WeChat knows must be what the service says, person by person. */
describe('the mood of a sandbox', () => {
  let world: ProductWorld;
  let appid: string;
  let path: string;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, {}, { SANDBOX: 'on' });
  });
  afterAll(() => world.close());
  const sandboxIn = async (mood: string): Promise<void> => {
    const { json } = await world.expect(201, 'POST', '/v1/accounts/sandbox', { mood });
    appid = json.appid;
    path = `/v1/accounts/${appid}`;
    // As fast as its WeChat lets it: it is that one which is looked at here.
    await world.expect(200, 'PATCH', path, { sendsPerSecond: null });
  };
  afterEach(() => world.expect(204, 'DELETE', path));

  const get = async (at: string) => (await world.expect(200, 'GET', at)).json;
  const send = async (audience: object): Promise<string> => {
    const body = {
      appid,
      templateId: await world.templateId('活动报名成功通知', appid),
      fields: { thing1: '秋季公开课', time2: '2026-11-28 19:30', thing3: '三号楼报告厅' },
      audience,
    };
    return (await world.expect(202, 'POST', '/v1/broadcasts', body)).json.id as string;
  };
  const followers = async (): Promise<string[]> => {
    const openids: string[] = [];
    for (let after = ''; ;) {
      const { items, next } = await get(`${path}/followers?limit=200${after}`);
      openids.push(...items.map(({ openid }: { openid: string }) => openid));
      if (next === null) return openids;
      after = `&after=${next}`;
    }
  };
  const phoneOf = (openid: string): Promise<Phone> => get(`${path}/sandbox/inbox?openid=${openid}`);
  /** By openid, what became of everybody. */
  const statesOf = async (id: string): Promise<Map<string, Outcome>> => {
    const states = new Map<string, Outcome>();
    for (let after = ''; ;) {
      const { items, next } = await get(`/v1/broadcasts/${id}/deliveries?limit=200${after}`);
      for (const { openid, state, detail, attempts } of items) {
        expect(states.has(openid)).toBe(false);
        states.set(openid, { state, detail, attempts });
      }
      if (next === null) return states;
      after = `&after=${next}`;
    }
  };
  /** Nobody saw it twice, and who saw it is who it was delivered to. */
  const expectHonest = async (id: string): Promise<Map<string, Outcome>> => {
    const [states, { counts }] = [await statesOf(id), await world.show(id)];
    for (const [state, count] of Object.entries(counts))
      expect([state, [...states.values()].filter((each) => each.state === state).length]).toEqual([
        state,
        count,
      ]);
    for (const [openid, { state }] of states) {
      const { items } = await phoneOf(openid);
      expect({ openid, state, seen: items.length }).toEqual({
        openid,
        state,
        seen: state === 'delivered' ? 1 : 0,
      });
    }
    return states;
  };

  it('the broadcast of a sandbox where all is well tries everybody once, and shows on the phone of each to whom it is delivered', async () => {
    await sandboxIn('well');
    const openids = (await followers()).slice(0, 150);
    const id = await send({ kind: 'openids', openids });

    const { counts } = await world.finished(id);

    expect(counts.delivered).toBeGreaterThan(130);
    expect(counts.unknown).toBe(0);
    const states = await expectHonest(id);
    expect([...states.keys()].sort()).toEqual(openids.toSorted());
    expect([...states.values()].every(({ attempts }) => attempts === 1)).toBe(true);
  });

  it('the broadcast of a sandbox whose WeChat is busy goes slower, tries whoever was turned away again until the message is taken, and nobody sees it twice', async () => {
    await sandboxIn('busy');
    const openids = (await followers()).slice(0, 300);
    const id = await send({ kind: 'openids', openids });
    const limits = new Set<string | null>();
    let turnedAway: Record<string, unknown> | undefined;
    await world.until(async () => {
      const { limitedBy, state } = await world.show(id);
      limits.add(limitedBy);
      const { items } = await get(`/v1/broadcasts/${id}/deliveries?state=pending&limit=200`);
      turnedAway ??= items.find(({ errcode }: { errcode: unknown }) => errcode === -1);
      return state === 'finished';
    }, 'everybody to be sent to');

    // What was told meanwhile: who waits for another try, since when nobody knows, and why it goes slower.
    expect(turnedAway).toMatchObject({
      errcode: -1,
      meaning: { code: 'wechat_-1', zh: expect.stringContaining('繁忙') as string },
      inDoubtSince: expect.any(String) as string,
      notBefore: expect.any(String) as string,
      msgid: null,
    });
    expect(turnedAway?.['attempts']).toBeGreaterThan(0);
    expect([...limits]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(wechat_busy|single_file)$/)]),
    );
    const { counts } = await world.finished(id);
    expect(counts.unknown).toBe(0);
    expect(counts.delivered).toBeGreaterThan(270);
    const states = await expectHonest(id);
    expect([...states.keys()].sort()).toEqual(openids.toSorted());
    const again = [...states].filter(([, { attempts }]) => attempts > 1);
    expect(again.length).toBeGreaterThan(50);
    // Whoever was told as turned away is one of them.
    expect(again.map(([openid]) => openid)).toContain(turnedAway?.['openid']);
  });

  it('the broadcast of a sandbox whose quota is gone waits with nothing sent, and goes on in another mood', async () => {
    await sandboxIn('quota_gone');
    const openids = (await followers()).slice(0, 60);
    const id = await send({ kind: 'openids', openids });
    await world.until(
      async () => (await world.show(id)).holds.some(({ reason }) => reason === 'quota'),
      'the quota to hold it',
    );
    const held = await world.show(id);
    expect(held).toMatchObject({
      shown: { state: 'waiting', reason: 'quota' },
      limitedBy: 'quota',
    });
    expect(held.counts.delivered + held.counts.accepted + held.counts.refused).toBe(0);
    for (const openid of openids) expect((await phoneOf(openid)).items).toEqual([]);

    await world.expect(200, 'PATCH', `${path}/sandbox`, { mood: 'well' });

    expect((await world.finished(id)).counts.unknown).toBe(0);
    expect([...(await expectHonest(id)).keys()].sort()).toEqual(openids.toSorted());
  });

  it('the broadcast of a sandbox whose people refuse stops by itself, goes on when told to, and counts who refused', async () => {
    await sandboxIn('many_refuse');
    const openids = await followers();
    const id = await send({ kind: 'all' });
    await world.until(async () => {
      const { holds, state } = await world.show(id);
      if (state === 'finished') throw new Error('it was not stopped');
      return holds.length > 0;
    }, 'the protection to stop it');
    const stopped = await world.show(id);
    expect(stopped.holds).toMatchObject([
      {
        code: 'blocks',
        explanation: { code: 'blocks', params: { reason: 'problem' } },
      },
    ]);
    expect(stopped.counts.pending + stopped.counts.queued).toBeGreaterThan(0);

    await world.verb(id, 'resume');
    const { counts } = await world.finished(id);

    expect(counts.blocked).toBeGreaterThan(100);
    expect(counts.unknown).toBe(0);
    const states = await expectHonest(id);
    expect(states.size).toBe(openids.length);
    for (const [openid, { state }] of states) {
      const { person } = await phoneOf(openid);
      if (state === 'blocked') expect(person).toMatchObject({ openid, blocks: true });
      if (person.blocks) expect(['blocked', 'refused']).toContain(state);
    }
  });

  it('messages of a sandbox under review wait for WeChat, are sent by it or refused, and none is sent again', async () => {
    await sandboxIn('under_review');
    const openids = (await followers()).slice(0, 150);
    const id = await send({ kind: 'openids', openids });
    await world.until(
      async () => (await world.show(id)).counts.reviewing > 10,
      'some under review',
    );

    const { counts } = await world.finished(id);

    expect(counts.unknown).toBe(0);
    const states = await expectHonest(id);
    expect(states.size).toBe(150);
    const intercepted = [...states.values()].filter(({ detail }) => detail === 'intercepted');
    const { health } = await get(path);
    expect(health.interceptions).toMatchObject({
      count: intercepted.length,
      askedAt: expect.any(String) as string,
    });
    expect(health.review).toMatchObject({ broadcastId: id });
    expect(health.problems.map(({ code }: { code: string }) => code)).toContain('under_review');
  });
});
