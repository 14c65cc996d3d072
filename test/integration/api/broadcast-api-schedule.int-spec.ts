import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { sql } from 'kysely';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { PERSONAL_HOLDS } from '../../../src/broadcast/engine/record/states.js';
import { EXPAND_QUEUE } from '../../../src/queue/queue-names.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const FIELDS = { thing1: '王老师', time2: '2026-12-01 08:00' };
const HOUR_MS = 3_600_000;

interface View {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** `09:00`, so many hours from now, in UTC. */
const clockIn = (hours: number): string =>
  new Date(Date.now() + hours * HOUR_MS).toISOString().slice(11, 16);
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();
const now = { from: clockIn(-2), to: clockIn(2), zone: 'UTC' };
const later = { from: clockIn(2), to: clockIn(4), zone: 'UTC' };

describe('a broadcast that waits for its start', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let expansions: Queue;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    expansions = world.api.app.get<Queue>(getQueueToken(EXPAND_QUEUE), { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const create = async (change: object = {}, path = '/v1/broadcasts'): Promise<View> => {
    const { status, json, text } = await world.post(path, {
      appid: account.appid,
      templateId: TEMPLATE,
      fields: FIELDS,
      ...(path.endsWith('test') ? {} : { audience: { kind: 'openids', openids: ['oA', 'oB'] } }),
      ...change,
    });
    if (status !== 202) throw new Error(text);
    return json as View;
  };
  const verb = (id: string, name: string) => world.post(`/v1/broadcasts/${id}/${name}`);
  const patch = (id: string, change: object) =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, change);
  const isNudged = async (id: string) => (await expansions.getJob(`expand-${id}`)) !== undefined;
  const rowOf = (id: string) =>
    world.db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const membersOf = async (id: string) =>
    (
      await world.db
        .selectFrom('broadcastMember')
        .select('openid')
        .where('broadcastId', '=', id)
        .orderBy('openid')
        .execute()
    ).map(({ openid }) => openid);
  const expanded = (id: string) =>
    sql`update broadcast set expand_progress_at = clock_now(), expanded_at = clock_now() where id = ${id}`.execute(
      world.db,
    );

  describe('because of its time', () => {
    it('a broadcast that waits for its start because of its time is scheduled, and shows the time with its zone', async () => {
      const startAt = inHours(5);
      const view = await create({ startAt, startZone: 'europe/berlin' });
      expect(view).toMatchObject({
        state: 'scheduled',
        startAt,
        startZone: 'Europe/Berlin',
        freezeAudience: 'start',
        startedAt: null,
        limitedBy: null,
        etaSeconds: null,
      });
      expect(await eventsOf(world.db, view.id)).toEqual(['created', 'scheduled']);
      expect(await isNudged(view.id)).toBe(false);
    });

    it('a broadcast that waits for its start because of its time keeps the instant whatever offset it was named with, and shows Shanghai by default', async () => {
      const startAt = new Date(Date.now() + 48 * HOUR_MS).toISOString().slice(0, 16);
      expect(await create({ startAt: `${startAt}+08:00` })).toMatchObject({
        startAt: new Date(Date.parse(`${startAt}Z`) - 8 * HOUR_MS).toISOString(),
        startZone: 'Asia/Shanghai',
      });
    });

    it('a broadcast that waits for its start because of its time reads its audience at once where that is to be frozen', async () => {
      const { id } = await create({ startAt: inHours(5), freezeAudience: 'creation' });
      expect(await isNudged(id)).toBe(true);
    });

    it('a broadcast whose time was a moment ago does not wait for its start', async () => {
      const startAt = inHours(-0.4);
      const view = await create({ startAt });
      expect(view).toMatchObject({ state: 'running', startAt });
      expect(await isNudged(view.id)).toBe(true);
    });

    it('a broadcast that waits for its start because of its time starts by hand before it', async () => {
      const { id } = await create({ startAt: inHours(5) });
      expect(await verb(id, 'start-now')).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'started']);
      expect(await isNudged(id)).toBe(true);
      // Said twice, done once.
      expect(await verb(id, 'start-now')).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'started']);
    });

    it('a broadcast that waits for its start because of its time can be cancelled before it', async () => {
      const { id } = await create({ startAt: inHours(5) });
      expect(await verb(id, 'cancel')).toMatchObject({
        status: 200,
        json: { state: 'cancelled', startedAt: null },
      });
      expect(await verb(id, 'start')).toMatchObject({
        status: 409,
        json: { code: 'transition_not_allowed', allowed: ['archive', 'unarchive'] },
      });
    });

    it('a broadcast that waits for its start because of its time is checked for its followers at creation, not at its start', async () => {
      const answer = await world.post('/v1/broadcasts', {
        appid: account.appid,
        templateId: TEMPLATE,
        fields: FIELDS,
        audience: { kind: 'all' },
        startAt: inHours(5),
      });
      expect(answer).toMatchObject({ status: 409, json: { code: 'followers_not_synced' } });
    });

    it('a broadcast that waits for its start because of its time is listed as scheduled', async () => {
      const { id } = await create({ startAt: inHours(5) });
      await create();
      const { items } = await world.all(`/v1/broadcasts?appid=${account.appid}&state=scheduled`);
      expect(items.map((each) => each['id'])).toEqual([id]);
    });
  });

  describe('because it is a draft', () => {
    it('a broadcast that waits for its start because it is a draft does nothing until it is started', async () => {
      const { id, ...view } = await create({ draft: true });
      expect(view).toMatchObject({ state: 'draft', startedAt: null });
      expect(await eventsOf(world.db, id)).toEqual(['created']);
      expect(await isNudged(id)).toBe(false);

      expect(await verb(id, 'start')).toMatchObject({
        status: 200,
        json: { state: 'running', startedAt: expect.any(String) },
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'started']);
      expect(await isNudged(id)).toBe(true);
    });

    it('a broadcast that waits for its start because it is a draft is scheduled by its start where its time lies ahead', async () => {
      const { id } = await create({ draft: true, startAt: inHours(5) });
      expect(await verb(id, 'start')).toMatchObject({ json: { state: 'scheduled' } });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled']);
    });

    it('a broadcast that waits for its start because it is a draft is not started once its template has other fields', async () => {
      const { id } = await create({ draft: true });
      await sql`update template set content = '{{thing7.DATA}}' where account_id = ${account.id}`.execute(
        world.db,
      );
      expect(await verb(id, 'start')).toMatchObject({
        status: 422,
        json: { code: 'draft_incomplete' },
      });
      expect((await rowOf(id)).state).toBe('draft');
    });

    it('a broadcast that waits for its start because it is a draft can be cancelled', async () => {
      const { id } = await create({ draft: true });
      expect(await verb(id, 'cancel')).toMatchObject({ json: { state: 'cancelled' } });
    });

    it.each(['pause', 'resume'])(
      'a broadcast that waits for its start because it is a draft cannot %s',
      async (name) => {
        const { id } = await create({ draft: true });
        expect(await verb(id, name)).toMatchObject({
          status: 409,
          json: { allowed: ['start', 'cancel', 'delete'] },
        });
      },
    );
  });

  describe('may be changed', () => {
    it.each([{ draft: true }, { startAt: inHours(5) }])(
      'a broadcast that waits for its start may be changed in everything: %j',
      async (waits) => {
        const { id } = await create(waits);
        const startAt = inHours(7);
        const answer = await patch(id, {
          name: '新名字',
          fields: { ...FIELDS, thing1: '李老师' },
          url: 'https://example.com/new',
          miniprogram: { appid: 'wx00000000000000aa' },
          audience: { kind: 'openids', openids: ['oC', 'oC'] },
          startAt,
          startZone: 'UTC',
          freezeAudience: 'creation',
          sendHours: { from: '22:00', to: '06:00' },
          sendsPerSecond: 9,
          canary: { first: 3 },
          resendFailed: true,
        });
        expect(answer).toMatchObject({
          status: 200,
          json: {
            state: 'draft' in waits ? 'draft' : 'scheduled',
            name: '新名字',
            fields: { thing1: '李老师', time2: FIELDS.time2 },
            url: 'https://example.com/new',
            miniprogram: { appid: 'wx00000000000000aa' },
            audience: { kind: 'openids', count: 1, duplicates: 1 },
            startAt,
            startZone: 'UTC',
            freezeAudience: 'creation',
            sendHours: { from: '22:00', to: '06:00', zone: 'Asia/Shanghai' },
            sendsPerSecond: 9,
            canary: { first: 3 },
            resendFailed: true,
          },
        });
        expect(await membersOf(id)).toEqual(['oC']);
        expect((await rowOf(id)).canarySize).toBe(3);
        expect((await eventsOf(world.db, id)).at(-1)).toBe('changed');
        // A draft is read once it is scheduled.
        expect(await isNudged(id)).toBe(!('draft' in waits));
      },
    );

    it('a broadcast that waits for its start may be changed piece by piece: what is not named stays, null removes', async () => {
      const given = {
        draft: true,
        name: 'a',
        url: 'https://example.com/a',
        startAt: inHours(5),
        sendHours: now,
        canary: { percent: 2.5 },
        resendFailed: true,
        sendsPerSecond: 3,
      };
      const { id, ...before } = await create(given);
      expect((await patch(id, { name: 'b' })).json).toMatchObject({
        ...before,
        etag: expect.any(String),
        name: 'b',
      });
      const nothing = { name: null, url: null, startAt: null, sendHours: null, canary: null };
      const after = (await patch(id, { ...nothing, resendFailed: null, sendsPerSecond: null }))
        .json as View;
      const { url: _, ...rest } = nothing;
      expect(after).toMatchObject({ ...rest, resendFailed: false, sendsPerSecond: null });
      expect(after).not.toHaveProperty('url');
      expect(after['fields']).toEqual(FIELDS);
      expect(await membersOf(id)).toEqual(['oA', 'oB']);
    });

    it('a broadcast that waits for its start may be changed by the older text too', async () => {
      const { id } = await create({ draft: true });
      const content =
        '{{first.你好}}\n讲师：{{thing1.甲}}\n时间：{{time2.2026-12-01 08:00}}\n{{remark.再见}}';
      expect((await patch(id, { content })).json).toMatchObject({
        fields: { first: '你好', thing1: '甲', remark: '再见' },
      });
    });

    it.each([
      [{ fields: { thing1: 'x' } }, 422, 'fields_invalid'],
      [{ fields: FIELDS, content: 'x' }, 400, 'fields_or_content'],
      [{ templateId: 'nope' }, 422, 'template_not_found'],
      [{ audience: { kind: 'all' } }, 409, 'followers_not_synced'],
      [{ audience: { kind: 'openids', openids: [] } }, 422, 'audience_empty'],
      [{ audience: null }, 400, 'invalid_request'],
      [{ templateId: null }, 400, 'invalid_request'],
      [{ startAt: inHours(-1) }, 422, 'start_at_out_of_range'],
      [{ startAt: null }, 422, 'start_at_required'],
      [{ sendHours: { from: '09:00', to: '09:00' } }, 400, 'invalid_request'],
      [{ appid: 'wx0000000000000001' }, 400, 'invalid_request'],
      [{ draft: true }, 400, 'invalid_request'],
      [{}, 400, 'invalid_request'],
    ])(
      'a broadcast that waits for its start may be changed as little as created: %j',
      async (change, status, code) => {
        const { id } = await create({ startAt: inHours(5) });
        const before = await rowOf(id);
        expect(await patch(id, change)).toMatchObject({ status, json: { code } });
        expect(await rowOf(id)).toEqual(before);
        expect(await membersOf(id)).toEqual(['oA', 'oB']);
      },
    );

    it.each([
      [{ audience: { kind: 'openids', openids: ['oC'] } }, 409],
      [{ freezeAudience: 'start' }, 409],
      [{ name: 'b', startAt: inHours(6), freezeAudience: 'creation' }, 200],
    ])(
      'a broadcast that waits for its start may be changed in its audience until that is frozen: %j',
      async (change, status) => {
        const { id } = await create({ startAt: inHours(5), freezeAudience: 'creation' });
        await expanded(id);
        const answer = await patch(id, change);
        expect(answer.status).toBe(status);
        if (status === 409) expect(answer.json).toMatchObject({ code: 'audience_frozen' });
      },
    );

    it('a broadcast that waits for its start may be changed to a share of an audience that is known already', async () => {
      const { id } = await create({ startAt: inHours(5), freezeAudience: 'creation' });
      await world.count(id, 'expand', { pending: 250 });
      await expanded(id);
      await patch(id, { canary: { percent: 0.5 } });
      expect((await rowOf(id)).canarySize).toBe(2);
    });

    it('a broadcast that waits for its start may be changed by many at once, nothing of it lost', async () => {
      const { id } = await create({ draft: true });
      const changes = [{ name: 'b' }, { sendsPerSecond: 4 }, { url: 'https://example.com/b' }];
      const answers = await Promise.all(changes.map((change) => patch(id, change)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { json } = await world.get(`/v1/broadcasts/${id}`);
      expect(json).toMatchObject({ name: 'b', sendsPerSecond: 4, url: 'https://example.com/b' });
    });

    it('a broadcast that waits for its start may be changed or started, not both: what starts is what was last agreed', async () => {
      const { id } = await create({ draft: true });
      const [started, changed] = await Promise.all([
        verb(id, 'start'),
        patch(id, { name: 'b', fields: { ...FIELDS, thing1: '乙' } }),
      ]);
      expect(started.status).toBe(200);
      const row = await rowOf(id);
      expect(row.state).toBe('running');
      const kinds = await eventsOf(world.db, id);
      expect(kinds).toEqual(
        changed.status === 200 ? ['created', 'changed', 'started'] : ['created', 'started'],
      );
      expect(row.name).toBe(changed.status === 200 ? 'b' : null);
      if (changed.status !== 200) expect(changed.status).toBe(409);
    });
  });

  describe('with send hours', () => {
    it('a broadcast that waits for its start with send hours sends inside them, and knows their end', async () => {
      const { id, ...view } = await create({ sendHours: now });
      expect(view).toMatchObject({ state: 'running', holds: [], sendHours: now });
      const { sendsUntil } = await rowOf(id);
      expect(sendsUntil?.toISOString().slice(11, 16)).toBe(now.to);
    });

    it('a broadcast that waits for its start with send hours is held outside them from the first moment on, and shown as running', async () => {
      const { id, ...view } = await create({ sendHours: later });
      expect(view).toMatchObject({
        state: 'running',
        heldBy: ['hours'],
        holds: [{ reason: 'hours', until: expect.stringContaining(`T${later.from}:00.000Z`) }],
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'started', 'held']);
    });

    it('a broadcast that waits for its start with send hours obeys new ones at once while it runs', async () => {
      const { id } = await create({ sendHours: now });
      expect((await patch(id, { sendHours: later })).json).toMatchObject({ heldBy: ['hours'] });
      expect((await patch(id, { sendHours: now })).json).toMatchObject({ heldBy: [] });
      expect((await patch(id, { sendHours: later })).json).toMatchObject({ heldBy: ['hours'] });
      expect((await patch(id, { sendHours: null })).json).toMatchObject({
        heldBy: [],
        sendHours: null,
      });
      expect((await rowOf(id)).sendsUntil).toBeNull();
    });

    it('a broadcast that waits for its start with send hours is not let go on by hand', async () => {
      const { id } = await create({ sendHours: later });
      expect((await verb(id, 'pause')).json).toMatchObject({ state: 'paused' });
      expect((await verb(id, 'resume')).json).toMatchObject({
        state: 'running',
        heldBy: ['hours'],
      });
    });
  });

  describe('as a test', () => {
    it('a broadcast that waits for its start as a test goes at once to a few, whatever the body says of time and size, and stays out of lists', async () => {
      const view = await create(
        {
          openids: ['oB', 'oA', 'oA'],
          startAt: inHours(5),
          sendHours: later,
          canary: { first: 1 },
        },
        '/v1/broadcasts/test',
      );
      expect(view).toMatchObject({
        state: 'running',
        purpose: 'test',
        audience: { kind: 'openids', count: 2, duplicates: 1 },
        startAt: null,
        sendHours: null,
        canary: null,
        holds: [],
      });
      expect(await membersOf(view.id)).toEqual(['oA', 'oB']);
      expect(await isNudged(view.id)).toBe(true);
      const list = await world.all(`/v1/broadcasts?appid=${account.appid}`);
      expect(list.items).toEqual([]);
      const tests = await world.all(`/v1/broadcasts?appid=${account.appid}&purpose=test`);
      expect(tests.items.map((each) => each['id'])).toEqual([view.id]);
    });

    it.each<[object, number, string, string]>([
      [
        { openids: Array.from({ length: 21 }, (_, i) => `o${i}`) },
        400,
        'invalid_request',
        'openids',
      ],
      [{}, 400, 'invalid_request', 'openids'],
      [{ openids: ['oA'], audience: { kind: 'all' } }, 400, 'invalid_request', 'audience'],
      [{ openids: ['o:A'] }, 400, 'openids_invalid', 'openids[0]'],
      [{ openids: [] }, 422, 'audience_empty', ''],
    ])(
      'a broadcast that waits for its start as a test is refused: %j',
      async (change, status, code, path) => {
        const answer = await world.post('/v1/broadcasts/test', {
          appid: account.appid,
          templateId: TEMPLATE,
          fields: FIELDS,
          ...change,
        });
        expect(answer).toMatchObject({ status, json: { code } });
        if (path) expect(answer.text).toContain(`"path":"${path}"`);
      },
    );
  });

  it('a broadcast that waits for its start keeps what it was asked for: canary and sending failed ones again', async () => {
    const { id, ...view } = await create({ canary: { percent: 0.1 }, resendFailed: true });
    expect(view).toMatchObject({
      canary: { percent: 0.1 },
      canaryPassedAt: null,
      resendFailed: true,
    });
    expect((await rowOf(id)).canarySize).toBeNull();
    const first = await create({ canary: { first: 100 } });
    expect((await rowOf(first.id)).canarySize).toBe(100);
  });

  describe('shows', () => {
    it.each([
      'operator',
      'problem',
      'canary',
      'stale',
      'restored',
      'quota',
      'hours',
      'account',
    ] as const)(
      'a broadcast shows a hold of the reason %s with what to do about it, in both languages',
      async (reason) => {
        const id = await world.broadcast(account);
        await world.api.app.get(Holds, { strict: false }).hold(id, { reason });
        const { json } = await world.get(`/v1/broadcasts/${id}`);
        expect(json).toMatchObject({
          state: PERSONAL_HOLDS.includes(reason) ? 'paused' : 'running',
          heldBy: [reason],
          holds: [
            {
              reason,
              explanation: { zh: expect.stringMatching(/\p{sc=Han}/u), en: expect.any(String) },
            },
          ],
        });
      },
    );

    it('a broadcast shows what exactly tripped, by its code, and whose refusal it was', async () => {
      const id = await world.broadcast(account);
      const hold = {
        reason: 'problem',
        code: 'wrong_account',
        openid: 'oA',
        errcode: 40003,
      } as const;
      await world.api.app.get(Holds, { strict: false }).hold(id, hold);
      const { json } = await world.get(`/v1/broadcasts/${id}`);
      expect(json).toMatchObject({
        holds: [{ ...hold, explanation: { en: expect.stringContaining('not of this account') } }],
      });
    });

    it('a broadcast shows whom it left out and why, and receipts that contradict', async () => {
      const id = await world.broadcast(account);
      await sql`insert into broadcast_tally (broadcast_id, what, lane, count) values
        (${id}, 'skipped:unsubscribed', 'a', 3), (${id}, 'skipped:unsubscribed', 'b', 2),
        (${id}, 'skipped:suppressed', 'a', 7), (${id}, 'skipped:cancelled', 'a', 1),
        (${id}, 'skipped:cancelled', 'b', -1), (${id}, 'contradicted', 'a', 4)`.execute(world.db);
      const { json } = await world.get(`/v1/broadcasts/${id}`);
      expect(json).toMatchObject({
        skipped: [
          { reason: 'suppressed', count: 7 },
          { reason: 'unsubscribed', count: 5 },
        ],
        contradicted: 4,
      });
    });
  });
});
