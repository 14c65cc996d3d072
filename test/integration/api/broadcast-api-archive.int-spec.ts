import { sql } from 'kysely';
import { Finishing } from '../../../src/broadcast/engine/lifecycle/finish.js';
import type { Answer } from '../../support/worlds/api-app.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

const NOBODY = '01900000-0000-7000-8000-000000000000';

interface View {
  readonly id: string;
  readonly state: string;
  readonly etag: string;
  readonly archivedAt: string | null;
  readonly can: Readonly<Record<string, { readonly ok: boolean; readonly code?: string }>>;
}

describe('the archive of broadcasts', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const say = (id: string, verb: string, headers: Record<string, string> = {}): Promise<Answer> =>
    world.post(`/v1/broadcasts/${id}/${verb}`, undefined, headers);
  const view = async (id: string) => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  const idsOf = async (query = ''): Promise<unknown[]> =>
    (await world.all(`/v1/broadcasts?appid=${account.appid}${query}`)).items.map(({ id }) => id);
  const countsOf = async (query = ''): Promise<Record<string, number>> => {
    const { json } = await world.get(`/v1/broadcasts/counts?appid=${account.appid}${query}`);
    const { counts } = json as { counts: { shown: string; count: number }[] };
    return Object.fromEntries(
      counts.flatMap(({ shown, count }) => (count ? [[shown, count]] : [])),
    );
  };
  const timelineOf = async (id: string): Promise<Record<string, unknown>[]> =>
    (await world.all(`/v1/broadcasts/${id}/timeline`)).items.toReversed();
  const auditOf = async (id: string): Promise<unknown[]> =>
    (
      await sql`select action, before, after from audit_entry where target_id = ${id} order by id`.execute(
        world.db,
      )
    ).rows;

  /** By name: how a broadcast comes to its end. */
  const ENDS: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
    finished: async (id) => {
      await world.count(id, 'settle', { pending: -1, delivered: 1 });
      await new Finishing(world.db).finish(id);
    },
    'awaiting receipts': async (id) => {
      await world.count(id, 'settle', { pending: -1, accepted: 1 });
      await new Finishing(world.db).finish(id);
    },
    'stopped, and not closed yet': async (id) => {
      await world.count(id, 'settle', { pending: -1, delivered: 1 });
      await say(id, 'cancel');
    },
    stopped: async (id) => {
      await world.count(id, 'settle', { pending: -1, delivered: 1 });
      await say(id, 'cancel');
      await new Finishing(world.db).finish(id);
    },
    cancelled: async (id) => {
      await say(id, 'cancel');
      await world.count(id, 'sweep', { pending: -1, skipped: 1 });
      await new Finishing(world.db).finish(id);
    },
  };
  const ended = async (how = 'finished'): Promise<string> => {
    const id = await world.broadcast(account);
    await world.count(id, 'expand', { pending: 1 });
    await ENDS[how]!(id);
    return id;
  };

  it.each(Object.keys(ENDS))(
    'the archive of broadcasts takes one that is %s, once however often it is said, and gives it back',
    async (how) => {
      const id = await ended(how);
      const before = await view(id);
      expect(before).toMatchObject({
        archivedAt: null,
        can: { archive: { ok: true }, unarchive: { ok: false, code: 'not_archived' } },
      });
      const [told, counts] = [(await timelineOf(id)).length, await countsOf()];

      const archived = await say(id, 'archive');
      expect(archived).toMatchObject({
        status: 200,
        json: {
          id,
          state: before.state,
          archivedAt: expect.any(String) as string,
          can: { archive: { ok: false, code: 'already_archived' }, unarchive: { ok: true } },
        },
      });
      const { archivedAt, etag } = archived.json as View;
      expect(etag).not.toBe(before.etag);
      expect((await say(id, 'archive')).json).toMatchObject({ archivedAt, etag });
      expect(await idsOf()).toEqual([]);
      expect(await countsOf()).toEqual({});

      for (const _ of ['once', 'and again'])
        expect(await say(id, 'unarchive')).toMatchObject({
          status: 200,
          json: { archivedAt: null, can: { archive: { ok: true } } },
        });
      expect(await idsOf()).toEqual([id]);
      expect(await countsOf()).toEqual(counts);

      const by = { kind: 'key', name: 'bootstrap' };
      expect((await timelineOf(id)).slice(told)).toMatchObject([
        { kind: 'archived', actor: by, zh: '已归档，列表里不再显示。' },
        { kind: 'unarchived', actor: by, en: 'Taken out of the archive: lists show it again.' },
      ]);
      expect((await auditOf(id)).slice(-2)).toEqual([
        { action: 'broadcast.archive', before: { archivedAt: null }, after: { archivedAt } },
        { action: 'broadcast.unarchive', before: { archivedAt }, after: { archivedAt: null } },
      ]);
    },
  );

  it.each([
    ['draft', ['start', 'cancel', 'delete']],
    ['awaiting_approval', ['cancel']],
    ['scheduled', ['start-now', 'undo', 'unschedule', 'cancel']],
    ['running', ['pause', 'resume', 'cancel']],
  ])(
    'the archive of broadcasts takes none that has not ended: a %s one is refused, and told what it allows',
    async (state, allowed) => {
      const id = await world.broadcast(account);
      await sql`update broadcast set state = ${state}::broadcast_state where id = ${id}`.execute(
        world.db,
      );
      const { can } = await view(id);
      for (const verb of ['archive', 'unarchive']) {
        expect(can[verb]).toMatchObject({ ok: false, code: 'transition_not_allowed' });
        expect(await say(id, verb)).toMatchObject({
          status: 409,
          json: { code: 'transition_not_allowed', state, allowed },
        });
      }
      expect(await view(id)).toMatchObject({ archivedAt: null });
      expect([await timelineOf(id), await auditOf(id)]).toEqual([[], []]);
    },
  );

  it('the archive of broadcasts has none that is not there', async () => {
    for (const verb of ['archive', 'unarchive'])
      expect(await say(NOBODY, verb)).toMatchObject({
        status: 404,
        json: { code: 'broadcast_not_found' },
      });
  });

  it('the archive of broadcasts does by one key what was asked by it, whatever has happened since', async () => {
    const id = await ended();
    const key = { 'idempotency-key': 'tidy' };
    await say(id, 'archive', key);
    await say(id, 'unarchive');
    const again = await say(id, 'archive', key);
    expect(again).toMatchObject({ status: 200, json: { archivedAt: null } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await say(id, 'unarchive', key)).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
  });

  it('the archive of broadcasts takes one once, of two who say it together', async () => {
    const id = await ended();
    const answers = await Promise.all([say(id, 'archive'), say(id, 'archive')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await timelineOf(id)).filter(({ kind }) => kind === 'archived')).toHaveLength(1);
  });

  it('the archive of broadcasts is left out of lists and counts, shown alone or with the others where it is asked for', async () => {
    const [kept, put] = [await ended(), await ended()];
    const running = await world.broadcast(account);
    await say(put, 'archive');

    const byStart = '&sort=start';
    for (const order of ['', byStart]) {
      expect(await idsOf(order)).toEqual([running, kept]);
      expect(await idsOf(`${order}&archived=false`)).toEqual([running, kept]);
      expect(await idsOf(`${order}&archived=true`)).toEqual([put]);
      expect(await idsOf(`${order}&archived=any`)).toEqual([running, put, kept]);
      expect(await idsOf(`${order}&shown=finished`)).toEqual([kept]);
      expect(await idsOf(`${order}&shown=finished&archived=true`)).toEqual([put]);
      expect(await idsOf(`${order}&state=finished&archived=any`)).toEqual([put, kept]);
      expect(await idsOf(`${order}&shown=running&archived=true`)).toEqual([]);
      expect(await idsOf(`${order}&templateId=tm-course&archived=true`)).toEqual([put]);
    }
    expect(await countsOf()).toEqual({ running: 1, finished: 1 });
    expect(await countsOf('&archived=true')).toEqual({ finished: 1 });
    expect(await countsOf('&archived=any')).toEqual({ running: 1, finished: 2 });
    for (const path of ['/v1/broadcasts', '/v1/broadcasts/counts'])
      expect((await world.get(`${path}?archived=yes`)).status).toBe(400);
    const { items } = await world.all(`/v1/broadcasts?appid=${account.appid}&archived=any`);
    expect(items.map(({ archivedAt }) => archivedAt)).toEqual([
      null,
      expect.any(String) as string,
      null,
    ]);
  });

  it('the archive of broadcasts is paged like any list: none twice, none left out', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 9; n++) ids.push(await ended(Object.keys(ENDS)[n % 5]));
    for (const id of ids.filter((_, n) => n % 2 === 0)) await say(id, 'archive');
    const [archived, others] = [0, 1].map((odd) =>
      ids.filter((_, n) => n % 2 === odd).toReversed(),
    );
    expect(await idsOf('&archived=true&limit=2')).toEqual(archived);
    expect(await idsOf('&limit=2')).toEqual(others);
    expect(await idsOf('&archived=any&limit=2')).toEqual(ids.toReversed());
  });

  it('the archive of broadcasts takes tests too, which a list of tests leaves out then', async () => {
    const id = await world.broadcast(account, {}, { purpose: 'test' });
    await say(id, 'cancel');
    expect(await idsOf('&purpose=test')).toEqual([id]);
    await say(id, 'archive');
    expect(await idsOf('&purpose=test')).toEqual([]);
    expect(await idsOf('&purpose=test&archived=true')).toEqual([id]);
  });

  it('the archive of broadcasts keeps everything: its deliveries, its errors, and what a person was sent', async () => {
    const id = await world.broadcast(account, {
      oA: { state: 'delivered', msgid: '1' },
      oB: { state: 'refused', errcode: 43004 },
    });
    await new Finishing(world.db).finish(id);
    const read = async (): Promise<unknown[]> =>
      Promise.all(
        [
          `/v1/broadcasts/${id}/deliveries`,
          `/v1/broadcasts/${id}/errors`,
          `/v1/broadcasts/${id}/series`,
          `/v1/accounts/${account.appid}/followers/oA/deliveries`,
          '/v1/openids/oA',
        ].map(async (path) => {
          const { status, json } = await world.get(path);
          return { path, status, json: { ...(json as object), purgedBefore: undefined } };
        }),
      );
    const before = await read();

    await say(id, 'archive');

    expect(await read()).toEqual(before);
  });
});
