import { sql } from 'kysely';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

interface View {
  readonly id: string;
  readonly revision: number;
  readonly etag: string;
  readonly test?: { readonly id: string; readonly stale: boolean } | null;
}

describe('the last test of a broadcast', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const message = () => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
    url: 'https://example.com/a',
  });
  const draft = async (): Promise<View> => {
    const audience = { kind: 'openids', openids: ['oA', 'oB'] };
    const body = { ...message(), audience, draft: true };
    return (await world.post('/v1/broadcasts', body)).json as View;
  };
  const test = (broadcastId: string, change: object = {}) =>
    world.post('/v1/broadcasts/test', {
      ...message(),
      openids: ['oA'],
      broadcastId,
      ...change,
    });
  const viewOf = async (id: string) => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  const change = async (id: string, members: object) => {
    const { status, text } = await world.api.call('PATCH', `/v1/broadcasts/${id}`, members);
    if (status !== 200) throw new Error(text);
  };

  it('a draft that was never tried has no test, and one that was tells when, by whom and by which broadcast', async () => {
    const { id, test: none } = await draft();
    expect(none).toBeNull();
    const { json } = await test(id);
    expect((await viewOf(id)).test).toEqual({
      id: (json as View).id,
      at: expect.any(String),
      by: expect.objectContaining({ kind: 'key' }),
      stale: false,
    });
    // A test says nothing of tests of its own.
    expect(await viewOf((json as View).id)).not.toHaveProperty('test');
  });

  it('another name, rate, time or audience leaves a test as good as it was', async () => {
    const { id } = await draft();
    await test(id);
    for (const members of [
      { name: '改了名' },
      { sendsPerSecond: 5 },
      { startAt: new Date(Date.now() + 3_600_000).toISOString() },
      { audience: { kind: 'openids', openids: ['oC'] } },
      { canary: { first: 1 } },
      { sendHours: { from: '09:00', to: '21:00' } },
    ]) {
      await change(id, members);
      expect({ members, test: (await viewOf(id)).test }).toMatchObject({ test: { stale: false } });
    }
  });

  it.each([
    ['a value', { fields: { thing1: '李老师', time2: '2026-12-01 08:00' } }],
    ['the link', { url: 'https://example.com/b' }],
    ['the link, taken away', { url: null }],
    ['a value that is none', { fields: { thing1: 7 } }],
    ['a text that cannot be read', { content: 'no template has this', fields: null }],
    ['another template', { templateId: 'another' }],
  ])('%s makes a test stale, and the former one makes it good again', async (_what, members) => {
    const { id } = await draft();
    await test(id);
    await change(id, members);
    expect((await viewOf(id)).test).toMatchObject({ stale: true });
    const { templateId, fields, url } = message();
    await change(id, { templateId, fields, url, content: null });
    expect((await viewOf(id)).test).toMatchObject({ stale: false });
  });

  it('a template that has changed at WeChat makes a test stale', async () => {
    const { id } = await draft();
    await test(id);
    await sql`update template set content = content || '！' where account_id = ${account.id}`.execute(
      world.db,
    );
    expect((await viewOf(id)).test).toMatchObject({ stale: true });
  });

  it('a test of another message is stale from the beginning, and the last test counts', async () => {
    const { id } = await draft();
    await test(id);
    await test(id, { url: 'https://example.com/other' });
    expect((await viewOf(id)).test).toMatchObject({ stale: true });
    await test(id);
    expect((await viewOf(id)).test).toMatchObject({ stale: false });
  });

  it('a test relies on what was tried: the next change begins a revision, and the version stays', async () => {
    const { id, etag } = await draft();
    await change(id, { name: '一' });
    expect(await viewOf(id)).toMatchObject({ revision: 1 });
    await test(id);
    expect((await viewOf(id)).etag).toBe(String(Number(etag) + 1));
    await change(id, { name: '二' });
    expect(await viewOf(id)).toMatchObject({ revision: 2 });
  });

  it('a test names a broadcast of its own account, or none is found; a test is none', async () => {
    const { id } = await draft();
    const tried = (await test(id)).json as View;
    account = await world.account();
    const own = await draft();
    for (const other of [id, tried.id, '019aaaaa-0000-7000-8000-000000000000'])
      expect(await test(other)).toMatchObject({
        status: 404,
        json: { code: 'broadcast_not_found' },
      });
    expect((await test(own.id)).status).toBe(202);
  });

  it('a draft that is deleted leaves its tests on record', async () => {
    const { id } = await draft();
    const tried = (await test(id)).json as View;
    expect((await world.api.call('DELETE', `/v1/broadcasts/${id}`)).status).toBe(204);
    expect((await world.get(`/v1/broadcasts/${tried.id}`)).status).toBe(200);
  });
});
