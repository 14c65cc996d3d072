import { sql } from 'kysely';
import { BroadcastChange } from '../../../src/broadcast/compose/broadcast-change.service.js';
import { actingAs } from '../../../src/kernel/acting.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

interface View {
  readonly id: string;
  readonly etag: string;
  readonly revision: number;
  readonly [member: string]: unknown;
}

describe('the versions of a broadcast', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const create = async (change: object = {}): Promise<View> => {
    const { json } = await world.post('/v1/broadcasts', {
      appid: account.appid,
      templateId: TEMPLATE,
      fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
      audience: { kind: 'openids', openids: ['oA', 'oB'] },
      draft: true,
      ...change,
    });
    return json as View;
  };
  const patch = (id: string, change: object, ifMatch?: string) =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, change, {
      authorization: `Bearer ${world.api.adminKey}`,
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    });
  const viewOf = async (id: string) => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  /** As somebody who has logged in changes it. */
  const changedBy = (who: number, id: string, name: string) =>
    actingAs({ kind: 'operator', id: who, name: `no. ${who}` }, () =>
      world.api.app.get(BroadcastChange, { strict: false }).change(id, { name }),
    );

  it('each answer with one broadcast names its version, in the body and as a strong ETag', async () => {
    const { id, etag } = await create();
    const shown = await world.get(`/v1/broadcasts/${id}`);
    expect(shown.json).toMatchObject({ etag, revision: 1 });
    expect(shown.headers.get('etag')).toBe(`"${etag}"`);
    const changed = await patch(id, { name: '新名字' });
    expect(changed.headers.get('etag')).toBe(`"${(changed.json as View).etag}"`);
    expect((changed.json as View).etag).not.toBe(etag);
    const started = await world.post(`/v1/broadcasts/${id}/start`);
    expect(started.headers.get('etag')).toBe(`"${(started.json as View).etag}"`);
    expect((started.json as View).etag).not.toBe((changed.json as View).etag);
  });

  it('a change of a broadcast that somebody else has changed since is refused with the present broadcast, and nothing of either is lost', async () => {
    const { id, etag } = await create();
    expect((await patch(id, { name: '先到' }, `"${etag}"`)).status).toBe(200);
    const late = await patch(id, { name: '后到', sendsPerSecond: 7 }, `"${etag}"`);
    expect(late).toMatchObject({
      status: 412,
      json: {
        code: 'revision_stale',
        title: 'Precondition Failed',
        current: { id, name: '先到', sendsPerSecond: null },
      },
    });
    expect(await viewOf(id)).toMatchObject({ name: '先到', sendsPerSecond: null });
    // With the version that came with the refusal it works.
    const { current } = late.json as { current: View };
    expect((await patch(id, { name: '后到' }, `"${current.etag}"`)).status).toBe(200);
  });

  it('two changes of the same version of a broadcast at once: one is made and the other refused', async () => {
    const { id, etag } = await create();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => patch(id, { name }, `"${etag}"`)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 412, 412, 412,
    ]);
    const made = answers.find(({ status }) => status === 200)?.json as View;
    expect((await viewOf(id))['name']).toBe(made['name']);
  });

  it('a running broadcast whose rate somebody has changed since is left as it is', async () => {
    const { id, etag } = await create({ draft: false });
    expect((await patch(id, { sendsPerSecond: 5 }, `"${etag}"`)).status).toBe(200);
    expect((await patch(id, { sendsPerSecond: 9 }, `"${etag}"`)).status).toBe(412);
    expect(await viewOf(id)).toMatchObject({ sendsPerSecond: 5, revision: 1 });
  });

  it.each([
    ['any version', '*', 200],
    ['one of several', '"0", "1"', 200],
    ['a weak etag', 'W/"1"', 412],
    ['no etag at all', '1', 400],
  ])('a change whose If-Match names %s', async (_, header, status) => {
    const { id } = await create();
    expect((await patch(id, { name: 'x' }, header)).status).toBe(status);
  });

  it('a revision is what one person changes in one sitting', async () => {
    const { id } = await create();
    const revision = async () => (await viewOf(id)).revision;
    await changedBy(1, id, 'a');
    const first = await revision();
    await changedBy(1, id, 'b');
    expect(await revision()).toBe(first);
    await changedBy(2, id, 'c');
    expect(await revision()).toBe(first + 1);
    await changedBy(2, id, 'd');
    expect(await revision()).toBe(first + 1);
    await sql`update broadcast set revised_at = revised_at - interval '11 minutes' where id = ${id}`.execute(
      world.db,
    );
    await changedBy(2, id, 'e');
    expect(await revision()).toBe(first + 2);
  });

  it('a revision that somebody has started is never changed: the next change begins another', async () => {
    const { id } = await create({ startAt: new Date(Date.now() + 3_600_000).toISOString() });
    await changedBy(1, id, 'a');
    const { revision } = await viewOf(id);
    await world.post(`/v1/broadcasts/${id}/start`);
    await world.post(`/v1/broadcasts/${id}/unschedule`);
    await changedBy(1, id, 'b');
    expect((await viewOf(id)).revision).toBe(revision + 1);
  });
});
