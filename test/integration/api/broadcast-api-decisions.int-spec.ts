import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Queue } from 'bullmq';
import { Deciding } from '../../../src/broadcast/control/deciding.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { ExpandQueue, type ExpandJob } from '../../../src/broadcast/engine/expand/expand.queue.js';
import { ExpandService } from '../../../src/broadcast/engine/expand/expand.service.js';
import { Lane } from '../../../src/broadcast/engine/record/lane.js';
import { ScheduledStarts } from '../../../src/broadcast/engine/lifecycle/scheduled-starts.js';
import { TableStatistics } from '../../../src/broadcast/engine/storage/table-statistics.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import { eventsOfAll, inTurn, rowOf } from '../../support/stores/lock-waits.js';
import type { Answer } from '../../support/worlds/api-app.js';
import { clockedDatabase } from '../../support/stores/clocked-database.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const UNDO_SECONDS = 60;

interface View {
  readonly id: string;
  readonly etag: string;
  readonly state: string;
  readonly [member: string]: unknown;
}

describe('the decision about a start', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  const workers: Kysely<BroadcastTables>[] = [];

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterEach(() => Promise.all(workers.splice(0).map((db) => db.destroy())));
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const create = async (change: object = {}): Promise<View> => {
    const { status, json, text } = await world.post('/v1/broadcasts', {
      appid: account.appid,
      templateId: TEMPLATE,
      fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
      audience: { kind: 'openids', openids: ['oA', 'oB'] },
      draft: true,
      ...change,
    });
    if (status !== 202) throw new Error(text);
    return json as View;
  };
  const verb = (id: string, name: string, headers: Record<string, string> = {}, body?: object) =>
    world.post(`/v1/broadcasts/${id}/${name}`, body, headers);
  const viewOf = async (id: string) => (await world.get(`/v1/broadcasts/${id}`)).json as View;
  const canBeUndone = () =>
    sql`update account set policy = ${JSON.stringify({ undoSeconds: UNDO_SECONDS })} where id = ${account.id}`.execute(
      world.db,
    );
  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

  /** A worker whose clock is ahead; its queue only keeps what it was asked for. */
  function worker(aheadMs = 0) {
    const db = clockedDatabase(world.api.databaseUrl, aheadMs);
    workers.push(db);
    const queue = { add: () => Promise.resolve() } as unknown as Queue<ExpandJob>;
    return {
      starts: new ScheduledStarts(db, new ExpandQueue(queue)),
      expansion: new ExpandService(db, new Lane(), new TableStatistics(db)),
    };
  }
  const deliveriesOf = async (id: string) =>
    (
      await world.db
        .selectFrom('delivery')
        .select('openid')
        .where('broadcastId', '=', id)
        .orderBy('openid')
        .execute()
    ).map(({ openid }) => openid);

  describe('said twice', () => {
    it('a second click on start leaves a scheduled broadcast scheduled', async () => {
      const startAt = inHours(48);
      const { id } = await create({ startAt });
      const first = await verb(id, 'start');
      const second = await verb(id, 'start');
      expect(first).toMatchObject({ status: 200, json: { state: 'scheduled', startAt } });
      expect(second).toMatchObject({ status: 200, json: { state: 'scheduled', startAt } });
      expect((second.json as View).etag).toBe((first.json as View).etag);
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled']);
    });

    it('two people who start at once start one broadcast, once', async () => {
      const { id, etag } = await create();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => verb(id, 'start', { 'if-match': `"${etag}"` })),
      );
      expect(answers.map(({ status, json }) => [status, (json as View).state])).toEqual(
        answers.map(() => [200, 'running']),
      );
      expect(await eventsOf(world.db, id)).toEqual(['created', 'started']);
    });

    it('a second click on start that knows the version before the first is no stale one', async () => {
      const { id, etag } = await create({ startAt: inHours(5) });
      const headers = { 'if-match': `"${etag}"` };
      expect((await verb(id, 'start', headers)).status).toBe(200);
      expect((await verb(id, 'start', headers)).status).toBe(200);
    });

    it.each(['start', 'start-now', 'unschedule', 'undo'])(
      'a lost answer of %s asked for again with its key gives the same answer, and does nothing twice',
      async (name) => {
        await canBeUndone();
        const { id } = await create({ startAt: inHours(5) });
        if (name !== 'start') await verb(id, 'start');
        const headers = { 'idempotency-key': `k-${name}` };
        const first = await verb(id, name, headers);
        const events = await eventsOf(world.db, id);
        const again = await verb(id, name, headers);
        expect(first).toMatchObject({ status: 200 });
        expect(again).toMatchObject({ status: 200, json: { state: (first.json as View).state } });
        expect(first.headers.get('idempotent-replayed')).toBeNull();
        expect(again.headers.get('idempotent-replayed')).toBe('true');
        expect(await eventsOf(world.db, id)).toEqual(events);
      },
    );

    it('a start whose answer was lost, asked for again after somebody has taken it back, sends nothing', async () => {
      await canBeUndone();
      const { id } = await create();
      const headers = { 'idempotency-key': 'lost' };
      await verb(id, 'start', headers);
      await verb(id, 'undo');
      expect(await verb(id, 'start', headers)).toMatchObject({
        status: 200,
        json: { state: 'draft' },
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'undone']);
    });

    it('a pause asked for again with its key does not pause what was resumed since', async () => {
      const { id } = await create({ draft: false });
      const headers = { 'idempotency-key': 'stop' };
      await verb(id, 'pause', headers);
      await verb(id, 'resume');
      expect(await verb(id, 'pause', headers)).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
    });

    it('many starts with one key at once are one start, and all get its answer', async () => {
      const { id } = await create();
      const headers = { 'idempotency-key': 'at-once' };
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => verb(id, 'start', headers)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
      const replays = answers.filter(({ headers: h }) => h.get('idempotent-replayed') === 'true');
      expect(replays).toHaveLength(5);
      expect(await eventsOf(world.db, id)).toEqual(['created', 'started']);
    });

    it('a key that stands for another verb of the broadcast is refused, and another broadcast may have the same', async () => {
      const [one, other] = [await create({ startAt: inHours(5) }), await create()];
      const headers = { 'idempotency-key': 'same' };
      expect((await verb(one.id, 'start', headers)).status).toBe(200);
      expect(await verb(one.id, 'unschedule', headers)).toMatchObject({
        status: 422,
        json: { code: 'idempotency_key_reused' },
      });
      expect((await viewOf(one.id)).state).toBe('scheduled');
      expect(await verb(other.id, 'start', headers)).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
    });

    it('a key of a start that was refused is not taken: mended, the same request starts', async () => {
      const { id } = await create();
      const headers = { 'idempotency-key': 'mended' };
      await sql`update template set content = '{{thing7.DATA}}' where account_id = ${account.id}`.execute(
        world.db,
      );
      expect((await verb(id, 'start', headers)).status).toBe(422);
      await sql`update template set content = '{{thing1.DATA}}{{time2.DATA}}' where account_id = ${account.id}`.execute(
        world.db,
      );
      expect(await verb(id, 'start', headers)).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
    });

    it('a start that is rolled back leaves no trace of its key, and one that is committed is not done again under it', async () => {
      const { id } = await create();
      const deciding = world.api.app.get(Deciding, { strict: false });
      const requestHash = Buffer.from('x');
      const ask = { id, verb: 'start', idempotency: { key: 'k', requestHash } } as const;
      let starts = 0;
      const act = async (tx: Parameters<Parameters<Deciding['atOnce']>[1]>[0]) => {
        starts++;
        await sql`update broadcast set state = 'running', started_at = clock_now() where id = ${id}`.execute(
          tx,
        );
        return { after: { state: 'running' } };
      };
      // Before the commit: all of it is gone, the key too.
      await expect(
        deciding.atOnce(ask, async (tx) => {
          await act(tx);
          throw new Error('the process died');
        }),
      ).rejects.toThrow('the process died');
      expect((await viewOf(id)).state).toBe('draft');
      // After the commit nobody hears the answer; the retry finds what was done.
      await deciding.atOnce(ask, act);
      expect(await deciding.atOnce(ask, act)).toEqual({ changed: false, replayed: true });
      expect(starts).toBe(2);
    });
  });

  describe('on what somebody has seen', () => {
    it('a starter with an older version is refused, and is shown the present one', async () => {
      const { id, etag } = await create();
      await world.api.call('PATCH', `/v1/broadcasts/${id}`, { name: '另一个' });
      expect(await verb(id, 'start', { 'if-match': `"${etag}"` })).toMatchObject({
        status: 412,
        json: { code: 'revision_stale', current: { state: 'draft', name: '另一个' } },
      });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'changed']);
    });

    it('somebody who has seen neither what was started nor what it is now is refused', async () => {
      const { id, etag } = await create({ startAt: inHours(5) });
      await world.api.call('PATCH', `/v1/broadcasts/${id}`, { name: '另一个' });
      await verb(id, 'start');
      expect((await verb(id, 'start', { 'if-match': `"${etag}"` })).status).toBe(412);
    });

    it.each(['pause', 'cancel', 'undo'])(
      'a stop must not miss: %s asks nobody for a version',
      async (name) => {
        await canBeUndone();
        const { id } = await create();
        await verb(id, 'start');
        if (name === 'pause') await verb(id, 'start-now');
        expect((await verb(id, name, { 'if-match': '"0"' })).status).toBe(200);
      },
    );

    it.each([
      ['a start', 'an edit', 409, undefined],
      ['an edit', 'a start', 200, 'https://example.com/new'],
    ])(
      'a start and an edit at once, %s before %s: what starts is what was checked',
      async (first, _second, status, url) => {
        const { id } = await create();
        const start = () => verb(id, 'start');
        const edit = () =>
          world.api.call('PATCH', `/v1/broadcasts/${id}`, { url: 'https://example.com/new' });
        const inOrder = first === 'a start' ? ([start, edit] as const) : ([edit, start] as const);
        const answers = await inTurn(world.db, rowOf(id), inOrder);
        const [started, edited] = first === 'a start' ? answers : answers.toReversed();
        expect(started).toMatchObject({ status: 200, json: { state: 'running' } });
        expect([edited?.status, (await viewOf(id)).url]).toEqual([status, url]);
      },
    );
  });

  describe('with a time to undo', () => {
    it('a start waits for as long as it can be undone, and starts then', async () => {
      await canBeUndone();
      const { id } = await create();
      const { json } = await verb(id, 'start');
      const { startAt, undoUntil, state } = json as View;
      expect(state).toBe('scheduled');
      expect(startAt).toBe(undoUntil);
      await worker((UNDO_SECONDS - 10) * SECOND_MS).starts.run();
      expect((await viewOf(id)).state).toBe('scheduled');
      await worker((UNDO_SECONDS + 1) * SECOND_MS).starts.run();
      expect(await viewOf(id)).toMatchObject({ state: 'running', undoUntil: null });
    });

    it('a start whose time is changed to an earlier one still waits for as long as it can be undone', async () => {
      await canBeUndone();
      const { id } = await create();
      await verb(id, 'start');
      const changed = await world.api.call('PATCH', `/v1/broadcasts/${id}`, {
        startAt: inHours(-0.1),
      });
      expect(changed.status).toBe(200);
      await worker().starts.run();
      expect((await viewOf(id)).state).toBe('scheduled');
      expect(await verb(id, 'undo')).toMatchObject({ status: 200, json: { state: 'draft' } });
    });

    it('a broadcast that is made and started by one call can be undone likewise; a test goes out at once', async () => {
      await canBeUndone();
      const { id } = await create({ draft: false });
      expect(await viewOf(id)).toMatchObject({
        state: 'scheduled',
        undoUntil: expect.any(String),
      });
      expect(await verb(id, 'undo')).toMatchObject({ status: 200, json: { state: 'draft' } });
      const test = await world.post('/v1/broadcasts/test', {
        appid: account.appid,
        templateId: TEMPLATE,
        fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
        openids: ['oA'],
      });
      expect(test.json).toMatchObject({ state: 'running', undoUntil: null });
    });

    it('an undone start leaves a draft as it was before, which can be started again', async () => {
      await canBeUndone();
      const startAt = inHours(5);
      for (const given of [{}, { startAt }]) {
        const { id } = await create(given);
        await verb(id, 'start');
        expect(await verb(id, 'undo')).toMatchObject({
          status: 200,
          json: { state: 'draft', undoUntil: null, startAt: null, ...given },
        });
        expect(await verb(id, 'undo')).toMatchObject({ status: 200, json: { state: 'draft' } });
        expect(await verb(id, 'start')).toMatchObject({ json: { state: 'scheduled' } });
        expect(await eventsOf(world.db, id)).toEqual([
          'created',
          'scheduled',
          'undone',
          'scheduled',
        ]);
      }
    });

    it('an undo that waits is not overtaken by the scheduler, which leaves what it finds locked', async () => {
      await canBeUndone();
      const { id } = await create();
      await verb(id, 'start');
      const late = worker((UNDO_SECONDS + 1) * SECOND_MS);
      const undo = () => verb(id, 'undo');
      const [undone] = await inTurn(world.db, rowOf(id), [undo] as const, () =>
        late.starts.start(id),
      );
      expect(undone).toMatchObject({ status: 200, json: { state: 'draft' } });
      await late.starts.start(id);
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'undone']);
    });

    it('an undo that comes while the scheduler starts is refused, and the broadcast runs', async () => {
      await canBeUndone();
      const { id } = await create();
      await verb(id, 'start');
      const late = worker((UNDO_SECONDS + 1) * SECOND_MS);
      const works = [() => late.starts.start(id), () => verb(id, 'undo')] as const;
      const [, undone] = await inTurn(world.db, eventsOfAll, works);
      expect(undone).toMatchObject({ status: 409, json: { code: 'transition_not_allowed' } });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'started']);
    });

    it('a start-now that comes while the scheduler starts is one start with it, whoever is first', async () => {
      for (const first of ['the clock', 'a hand']) {
        const { id } = await create({ draft: false, startAt: inHours(5) });
        const late = worker(5 * HOUR_MS + SECOND_MS);
        const byHand = () => verb(id, 'start-now');
        if (first === 'the clock')
          await inTurn(world.db, eventsOfAll, [() => late.starts.start(id), byHand] as const);
        else await inTurn(world.db, rowOf(id), [byHand] as const, () => late.starts.start(id));
        await late.starts.start(id);
        expect({ first, events: await eventsOf(world.db, id) }).toEqual({
          first,
          events: ['created', 'scheduled', 'started'],
        });
      }
    });

    it('a start that nobody is there to make can be undone though its time is over; found too late it is held', async () => {
      await canBeUndone();
      const [undone, stale] = [await create(), await create()];
      for (const { id } of [undone, stale]) {
        await verb(id, 'start');
        await sql`update broadcast set start_at = start_at - interval '40 minutes',
          undo_until = undo_until - interval '40 minutes' where id = ${id}`.execute(world.db);
      }
      expect(await verb(undone.id, 'undo')).toMatchObject({ json: { state: 'draft' } });
      await worker().starts.run();
      expect(await viewOf(stale.id)).toMatchObject({ state: 'paused', heldBy: ['stale'] });
      expect((await viewOf(undone.id)).state).toBe('draft');
    });

    it('no audience is frozen while its start can be undone, and none of a start that comes with the end of that time', async () => {
      await canBeUndone();
      const { id: now } = await create({ freezeAudience: 'creation' });
      const { id: later } = await create({ freezeAudience: 'creation', startAt: inHours(5) });
      for (const id of [now, later]) {
        await verb(id, 'start');
        await worker().expansion.expand(id);
        expect(await deliveriesOf(id)).toEqual([]);
        await worker((UNDO_SECONDS + 1) * SECOND_MS).expansion.expand(id);
      }
      expect(await deliveriesOf(now)).toEqual([]);
      expect(await deliveriesOf(later)).toEqual(['oA', 'oB']);
      // What has rows is not taken back.
      await sql`update broadcast set undo_until = clock_now() - interval '1 second' where id = ${later}`.execute(
        world.db,
      );
      expect(await verb(later, 'undo')).toMatchObject({ json: { code: 'undo_passed' } });
      expect(await verb(later, 'unschedule')).toMatchObject({
        status: 409,
        json: { code: 'audience_frozen' },
      });
      expect((await viewOf(later)).state).toBe('scheduled');
    });

    it.each([
      ['an undo', 'the first page', [200, 'draft', []]],
      ['the first page', 'an undo', [409, 'scheduled', ['oA', 'oB']]],
    ])(
      'an undo and the first page of a frozen audience at once, %s before %s: the start is taken back without rows, or stays with them',
      async (first, _second, outcome) => {
        await canBeUndone();
        const { id } = await create({ freezeAudience: 'creation', startAt: inHours(5) });
        await verb(id, 'start');
        const late = worker((UNDO_SECONDS + 1) * SECOND_MS);
        const undo = () => verb(id, 'undo');
        const expand = () => late.expansion.expand(id);
        const [one, other] = await inTurn<readonly unknown[]>(
          world.db,
          rowOf(id),
          first === 'an undo' ? [undo, expand] : [expand, undo],
        );
        const { status } = (first === 'an undo' ? one : other) as Answer;
        expect([status, (await viewOf(id)).state, await deliveriesOf(id)]).toEqual(outcome);
      },
    );
  });

  describe('taken back', () => {
    it('an unscheduled broadcast is a draft that keeps its time', async () => {
      const startAt = inHours(5);
      const { id } = await create({ draft: false, startAt });
      expect(await verb(id, 'unschedule')).toMatchObject({
        status: 200,
        json: { state: 'draft', startAt },
      });
      expect(await verb(id, 'unschedule')).toMatchObject({ status: 200, json: { state: 'draft' } });
      await worker(6 * HOUR_MS).starts.run();
      expect((await viewOf(id)).state).toBe('draft');
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'unscheduled']);
    });

    it('a frozen audience is no matter of a draft: it is said before the click, and a later time keeps those on the list', async () => {
      const { id } = await create({
        draft: false,
        startAt: inHours(5),
        freezeAudience: 'creation',
      });
      expect(await viewOf(id)).toMatchObject({ can: { unschedule: { ok: true } } });
      await worker().expansion.expand(id);
      const frozen = await deliveriesOf(id);
      expect(frozen).toEqual(['oA', 'oB']);

      expect(await viewOf(id)).toMatchObject({
        can: {
          unschedule: {
            ok: false,
            code: 'audience_frozen',
            zh: expect.stringContaining('改晚') as string,
          },
        },
      });
      expect(await verb(id, 'unschedule')).toMatchObject({
        status: 409,
        json: { code: 'audience_frozen', detail: expect.stringContaining('startAt') as string },
      });

      const startAt = inHours(29);
      expect(await world.api.call('PATCH', `/v1/broadcasts/${id}`, { startAt })).toMatchObject({
        status: 200,
        json: { state: 'scheduled', startAt },
      });
      await worker(6 * HOUR_MS).starts.run();
      expect((await viewOf(id)).state).toBe('scheduled');
      await worker(29 * HOUR_MS + 5 * SECOND_MS).starts.run();
      expect((await viewOf(id)).state).toBe('running');
      await worker(30 * HOUR_MS).expansion.expand(id);
      expect(await deliveriesOf(id)).toEqual(frozen);
    });

    it.each([
      ['start-now', 'draft', {}],
      ['undo', 'running', { draft: false }],
      ['unschedule', 'running', { draft: false }],
    ])(
      'the verb %s is refused for a broadcast that is %s, with what is allowed',
      async (name, state, given) => {
        const { id } = await create(given);
        expect(await verb(id, name)).toMatchObject({
          status: 409,
          json: { code: 'transition_not_allowed', state, allowed: expect.any(Array) },
        });
      },
    );

    it('a scheduled broadcast without a time to undo has nothing to undo', async () => {
      const { id } = await create({ draft: false, startAt: inHours(5) });
      expect(await verb(id, 'undo')).toMatchObject({
        status: 409,
        json: { code: 'nothing_to_undo' },
      });
    });
  });
});
