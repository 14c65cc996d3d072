import { Module } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { AccessModule } from '../../../src/access/access.module.js';
import { ApiKeysController } from '../../../src/access/api-keys.controller.js';
import { Confirmations } from '../../../src/broadcast/control/confirmations.js';
import { Deciding } from '../../../src/broadcast/control/deciding.js';
import type { BroadcastTables } from '../../../src/broadcast/engine/record/engine.tables.js';
import { actingAs } from '../../../src/kernel/acting.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import type { Answer } from '../../support/worlds/api-app.js';
import { inTurn, rowOf } from '../../support/stores/lock-waits.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

@Module({ imports: [AccessModule], controllers: [ApiKeysController] })
class KeysApiModule {}

const HOUR_MS = 3_600_000;

interface View {
  readonly id: string;
  readonly etag: string;
  readonly state: string;
}
interface LeftOut {
  readonly reason: string;
  readonly count: number;
}
const byReason = (one: LeftOut, other: LeftOut): number => one.reason.localeCompare(other.reason);
interface Confirmed {
  readonly token: string;
  readonly expiresAt: string;
  readonly type: string | null;
  readonly revision: number;
  readonly facts: {
    readonly leftOut: readonly LeftOut[] | null;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly days: readonly { readonly count: number }[];
  };
}

describe('the confirmation of a start', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open({}, [KeysApiModule]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const bodyOf = (change: object = {}) => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
    audience: { kind: 'openids', openids: ['oA', 'oB', 'oC'] },
    draft: true,
    ...change,
  });
  const create = async (change: object = {}): Promise<View> => {
    const { status, json, text } = await world.post('/v1/broadcasts', bodyOf(change));
    if (status !== 202) throw new Error(text);
    return json as View;
  };
  const verb = (id: string, name: string, body?: object, headers: Record<string, string> = {}) =>
    world.post(`/v1/broadcasts/${id}/${name}`, body, headers);
  const confirm = async (id: string, name = 'start', headers: Record<string, string> = {}) => {
    const { status, json, text } = await verb(id, 'confirmation', { verb: name }, headers);
    if (status !== 200) throw new Error(text);
    return json as Confirmed;
  };
  const policy = (members: object) =>
    sql`update account set policy = ${JSON.stringify(members)} where id = ${account.id}`.execute(
      world.db,
    );
  const stateOf = async (id: string) =>
    ((await world.get(`/v1/broadcasts/${id}`)).json as View).state;
  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
  const STALE = { status: 409, json: { code: 'confirm_stale' } };
  const edit = (id: string) =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, { url: 'https://example.com/new' });

  describe('what it shows', () => {
    it('a confirmation tells how many a start goes to, who sends, from when to when, and on which days', async () => {
      await sql`update account set sends_per_second = 2, short_name = '微', daily_quota = 2 where id = ${account.id}`.execute(
        world.db,
      );
      const { id } = await create();
      const before = Date.now();
      const { facts, revision, type, expiresAt } = await confirm(id);
      expect({ revision, type }).toEqual({ revision: 1, type: null });
      expect(facts).toMatchObject({
        recipients: 3,
        account: { appid: account.appid, name: 'test', shortName: '微', sandbox: false },
        reviewing: 0,
        unknown: 0,
        inFlight: 0,
      });
      expect(facts.days.map(({ count }) => count)).toEqual([2, 1]);
      expect(Date.parse(facts.startsAt)).toBeGreaterThanOrEqual(before - 1_000);
      expect(Date.parse(facts.endsAt)).toBeGreaterThan(Date.parse(facts.startsAt));
      const lives = Date.parse(expiresAt) - before;
      expect(lives).toBeGreaterThan(4 * 60_000);
      expect(lives).toBeLessThan(6 * 60_000);
    });

    it('the start that is confirmed is the planned one, or that after the time to undo, or at once for start-now', async () => {
      const startAt = inHours(30);
      const { id } = await create({ startAt });
      expect((await confirm(id)).facts).toMatchObject({ startsAt: startAt });
      await verb(id, 'start');
      const { facts } = await confirm(id, 'start-now');
      expect(Date.parse(facts.startsAt)).toBeLessThan(Date.parse(startAt) - HOUR_MS);
      await policy({ undoSeconds: 60 });
      const other = await create();
      const before = Date.now();
      const undoable = await confirm(other.id);
      const starts = Date.parse(undoable.facts.startsAt);
      expect(starts - before).toBeGreaterThan(50_000);
    });

    it('a confirmation of a start to very many followers counts those that the last sync saw, and the number is typed above 10,000', async () => {
      await world.synced(account, ['oA']);
      const { id } = await create({ audience: { kind: 'all' } });
      await sql`update follower_sync set confirmed_total = 947986 where account_id = ${account.id}`.execute(
        world.db,
      );
      expect(await confirm(id)).toMatchObject({
        facts: { recipients: 947_986, leftOut: null },
        type: '947986',
      });
    });

    it('whoever is on the suppression list or has left gets nothing, which is told with the reason: the figures add up', async () => {
      await world.synced(account, ['oA', 'oB', 'oC', 'oD', 'oE']);
      await sql`insert into suppression (account_id, openid, reason, since)
        values (${account.id}, 'oA', 'manual', clock_now()), (${account.id}, 'oB', 'blocked', clock_now())`.execute(
        world.db,
      );
      await sql`update follower set subscribed = false, as_of = clock_now()
        where account_id = ${account.id} and openid = 'oE'`.execute(world.db);
      const factsOf = async (audience: object) =>
        (await confirm((await create({ audience })).id)).facts;
      const leftOut = [
        { reason: 'suppressed', count: 2 },
        { reason: 'unsubscribed', count: 1 },
      ];
      const all = await factsOf({ kind: 'all' });
      expect(all).toMatchObject({ recipients: 2 });
      expect([...(all.leftOut ?? [])].sort(byReason)).toEqual(leftOut);
      const named = await factsOf({
        kind: 'openids',
        openids: ['oA', 'oB', 'oC', 'oE', 'oStranger'],
      });
      expect(named).toMatchObject({ recipients: 2 });
      expect([...(named.leftOut ?? [])].sort(byReason)).toEqual(leftOut);
      expect(all.days.map(({ count }) => count)).toEqual([2]);
    });

    it('what cannot be started cannot be confirmed: a draft with faults, another state, another verb', async () => {
      const faulty = await create({ templateId: 'gone' });
      expect(await verb(faulty.id, 'confirmation', { verb: 'start' })).toMatchObject({
        status: 422,
        json: { code: 'draft_incomplete' },
      });
      const { id } = await create();
      expect(await verb(id, 'confirmation', { verb: 'start-now' })).toMatchObject({
        status: 409,
        json: { code: 'transition_not_allowed' },
      });
      expect(await verb(id, 'confirmation', { verb: 'cancel' })).toMatchObject({ status: 400 });
    });

    it('a confirmation changes nothing of the broadcast', async () => {
      const { id, etag } = await create();
      await confirm(id);
      expect((await world.get(`/v1/broadcasts/${id}`)).json).toMatchObject({ etag, revision: 1 });
      expect(await eventsOf(world.db, id)).toEqual(['created']);
    });
  });

  describe('above what an account lets start without', () => {
    beforeEach(() => policy({ confirmAbove: 2 }));

    it('a start for more people than confirmAbove needs a confirmation, and its number typed', async () => {
      const { id } = await create();
      expect(await verb(id, 'start')).toMatchObject({
        status: 409,
        json: { code: 'confirm_required', recipients: 3, confirmAbove: 2 },
      });
      expect(await stateOf(id)).toBe('draft');
      const { token, type } = await confirm(id);
      expect(type).toBe('3');
      for (const typed of [undefined, '2', '三'])
        expect(await verb(id, 'start', { confirm: token, typed })).toMatchObject({
          status: 422,
          json: { code: 'confirm_mistyped' },
        });
      expect(await stateOf(id)).toBe('draft');
      // A wrong number uses nothing up.
      expect(await verb(id, 'start', { confirm: token, typed: ' ３' })).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
    });

    it('a start for no more people than confirmAbove needs none, and so does a test', async () => {
      const { id } = await create({ audience: { kind: 'openids', openids: ['oA', 'oB'] } });
      expect(await verb(id, 'start')).toMatchObject({ status: 200, json: { state: 'running' } });
      const { audience: _, draft: __, ...body } = bodyOf();
      const test = await world.post('/v1/broadcasts/test', {
        ...body,
        openids: ['oA', 'oB', 'oC'],
      });
      expect(test.status).toBe(202);
    });

    it('persons and keys alike need a confirmation above confirmAbove', async () => {
      const grants = [{ appids: [account.appid], role: 'sender' }];
      const key = await world.post('/v1/api-keys', { name: `k-${account.appid}`, grants });
      const asKey = { authorization: `Bearer ${(key.json as { key: string }).key}` };
      const person = await world.post('/v1/operators', {
        login: `li.${account.appid}`,
        name: 'Li',
        password: 'correct horse battery',
        grants,
      });
      expect(person.status).toBe(201);
      const login = await world.api.call(
        'POST',
        '/v1/login',
        { login: `li.${account.appid}`, password: 'correct horse battery' },
        { 'sec-fetch-site': 'same-origin' },
      );
      const cookieIn = ({ headers }: Answer) => headers.getSetCookie()[0]?.split(';')[0] ?? '';
      // What somebody else has chosen is changed first.
      const changed = await world.api.call(
        'POST',
        '/v1/me/password',
        { current: 'correct horse battery', password: 'another horse battery' },
        { cookie: cookieIn(login), 'sec-fetch-site': 'same-origin' },
      );
      const asPerson = { cookie: cookieIn(changed), 'sec-fetch-site': 'same-origin' };
      for (const headers of [asKey, asPerson]) {
        const { id } = await create();
        const ask = (name: string, body: object) =>
          world.api.call('POST', `/v1/broadcasts/${id}/${name}`, body, headers);
        expect(await ask('start', {})).toMatchObject({ json: { code: 'confirm_required' } });
        const { token } = (await ask('confirmation', { verb: 'start' })).json as Confirmed;
        expect(await ask('start', { confirm: token, typed: '3' })).toMatchObject({
          status: 200,
          json: { state: 'running' },
        });
      }
    });

    it('start-now needs a confirmation of its own', async () => {
      const { id } = await create({ startAt: inHours(30) });
      await verb(id, 'start', { confirm: (await confirm(id)).token, typed: '3' });
      expect(await verb(id, 'start-now')).toMatchObject({
        status: 409,
        json: { code: 'confirm_required' },
      });
      const { token } = await confirm(id, 'start-now');
      expect(await verb(id, 'start-now', { confirm: token, typed: '3' })).toMatchObject({
        json: { state: 'running' },
      });
    });

    it('a create that would start at once is told to make a draft first, and stores nothing', async () => {
      const before = await world.stored();
      const answer = await world.post('/v1/broadcasts', bodyOf({ draft: false }), {
        'idempotency-key': `one-call-${account.appid}`,
      });
      expect(answer).toMatchObject({ status: 409, json: { code: 'confirm_required' } });
      expect((answer.json as { detail: string }).detail).toContain('draft: true');
      expect(await world.stored()).toEqual(before);
    });

    it('a scheduled broadcast cannot be given more people than confirmAbove behind its confirmation', async () => {
      const few = { kind: 'openids', openids: ['oA'] };
      const { id } = await create({ startAt: inHours(30), audience: few });
      await verb(id, 'start');
      const { audience } = bodyOf();
      expect(await world.api.call('PATCH', `/v1/broadcasts/${id}`, { audience })).toMatchObject({
        status: 409,
        json: { code: 'confirm_required' },
      });
      expect(await world.api.call('PATCH', `/v1/broadcasts/${id}`, { name: '改' })).toMatchObject({
        status: 200,
      });
      await verb(id, 'unschedule');
      expect((await world.api.call('PATCH', `/v1/broadcasts/${id}`, { audience })).status).toBe(
        200,
      );
      expect(await verb(id, 'start')).toMatchObject({ json: { code: 'confirm_required' } });
    });

    it('a scheduled broadcast to those who granted takes another template behind its confirmation once they are on record, and not before', async () => {
      const app = await world.account('mini_program');
      const [first, second] = ['sub-course', 'sub-exam'] as const;
      for (const templateId of [first, second]) {
        await sql`
          insert into template (account_id, template_id, family, title, content, example,
            primary_industry, deputy_industry, changed_at)
          values (${app.id}, ${templateId}, 'subscription', '上课提醒',
            ${'讲师:{{thing1.DATA}}\n时间:{{time2.DATA}}'}, '', '', '', clock_now())`.execute(
          world.db,
        );
        await sql`
          insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
          select ${app.id}, o, ${templateId}, 1, 0, clock_now()
          from unnest(array['oA', 'oB', 'oC']) o`.execute(world.db);
      }
      await sql`update account set policy = '{"confirmAbove": 2}' where id = ${app.id}`.execute(
        world.db,
      );
      const { id } = await create({
        appid: app.appid,
        channel: 'subscribe',
        templateId: first,
        audience: { kind: 'granted' },
        startAt: inHours(30),
        freezeAudience: 'creation',
      });
      await verb(id, 'start', { confirm: (await confirm(id)).token, typed: '3' });
      const change = () => world.api.call('PATCH', `/v1/broadcasts/${id}`, { templateId: second });
      expect(await change()).toMatchObject({ status: 409, json: { code: 'confirm_required' } });
      await sql`update broadcast set expanded_at = clock_now() where id = ${id}`.execute(world.db);
      await world.count(id, 'lane', { pending: 3 });
      expect(await verb(id, 'unschedule')).toMatchObject({ json: { code: 'audience_frozen' } });
      expect(await change()).toMatchObject({ status: 200, json: { templateId: second } });
      // Whoever starts it now confirms how many it goes to all the same.
      expect(await verb(id, 'start-now')).toMatchObject({ json: { code: 'confirm_required' } });
    });

    it('no stop is asked for a confirmation: pause, cancel, undo and unschedule go without', async () => {
      await policy({ confirmAbove: 0, undoSeconds: 60 });
      const started = async () => {
        const { id } = await create({ startAt: inHours(30) });
        await verb(id, 'start', { confirm: (await confirm(id)).token, typed: '3' });
        return id;
      };
      for (const stop of ['undo', 'unschedule', 'cancel'])
        expect(await verb(await started(), stop)).toMatchObject({ status: 200 });
      const id = await started();
      const { token } = await confirm(id, 'start-now');
      await verb(id, 'start-now', { confirm: token, typed: '3' });
      expect(await verb(id, 'pause')).toMatchObject({ status: 200, json: { state: 'paused' } });
    });

    it('a frozen audience is counted by its rows', async () => {
      const { id } = await create({
        startAt: inHours(30),
        freezeAudience: 'creation',
        audience: { kind: 'openids', openids: ['oA', 'oB'] },
      });
      await verb(id, 'start');
      await sql`update broadcast set expanded_at = clock_now() where id = ${id}`.execute(world.db);
      await world.count(id, 'lane', { pending: 7, skipped: 2 });
      expect(await confirm(id, 'start-now')).toMatchObject({ facts: { recipients: 7 } });
    });
  });

  describe('bound to what was shown', () => {
    /** A start whose token was looked at, and what comes before it under the broadcast's lock. */
    const startOvertakenBy = async (
      meanwhile: (tx: Transaction<BroadcastTables>, id: string) => Promise<unknown>,
    ) => {
      const { id } = await create();
      const { token } = await confirm(id);
      const start = () => verb(id, 'start', { confirm: token });
      const [started] = await inTurn(world.db, rowOf(id), [start] as const, (tx) =>
        meanwhile(tx, id),
      );
      return { id, started };
    };

    it('a token of a confirmation is good once: after an undo the same start needs another', async () => {
      await policy({ undoSeconds: 60 });
      const { id } = await create();
      const { token } = await confirm(id);
      expect(await verb(id, 'start', { confirm: token })).toMatchObject({ status: 200 });
      // A second click finds it started, whatever token it brings.
      expect(await verb(id, 'start', { confirm: token })).toMatchObject({ status: 200 });
      await verb(id, 'undo');
      expect(await verb(id, 'start', { confirm: token })).toMatchObject(STALE);
      // Even if the version were the same again: it is used.
      await sql`update broadcast set etag = (select etag from confirmation where broadcast_id = ${id}) where id = ${id}`.execute(
        world.db,
      );
      expect(await verb(id, 'start', { confirm: token })).toMatchObject(STALE);
      expect(await stateOf(id)).toBe('draft');
    });

    it.each([
      ['an edit', (id: string) => edit(id)],
      [
        'a change of its template at WeChat',
        () =>
          sql`update template set title = '新的', changed_at = clock_now() where account_id = ${account.id}`.execute(
            world.db,
          ),
      ],
      [
        'five minutes',
        (id: string) =>
          sql`update confirmation set expires_at = clock_now() where broadcast_id = ${id}`.execute(
            world.db,
          ),
      ],
    ])(
      '%s after the confirmation of a start makes it stale, and nothing starts',
      async (_what, meanwhile) => {
        const { id } = await create();
        const { token } = await confirm(id);
        await meanwhile(id);
        expect(await verb(id, 'start', { confirm: token })).toMatchObject(STALE);
        expect(await eventsOf(world.db, id)).not.toContain('started');
      },
    );

    it('a token of a confirmation of another broadcast, verb or person confirms nothing, and neither does an invented one', async () => {
      const [one, other] = [await create(), await create({ startAt: inHours(30) })];
      await verb(other.id, 'start');
      const { token: ofOther } = await confirm(other.id, 'start-now');
      const { token: ofOne } = await confirm(one.id);
      const grants = [{ appids: null, role: 'sender' }];
      const key = await world.post('/v1/api-keys', { name: `o-${account.appid}`, grants });
      const stranger = { authorization: `Bearer ${(key.json as { key: string }).key}` };
      expect(await verb(one.id, 'start', { confirm: ofOther })).toMatchObject(STALE);
      expect(await verb(one.id, 'start', { confirm: 'invented' })).toMatchObject(STALE);
      expect(await verb(one.id, 'start', { confirm: ofOne }, stranger)).toMatchObject(STALE);
      await verb(one.id, 'cancel');
      await verb(other.id, 'unschedule');
      expect(await verb(other.id, 'start', { confirm: ofOther })).toMatchObject(STALE);
      expect([await stateOf(one.id), await stateOf(other.id)]).toEqual(['cancelled', 'draft']);
    });

    it('an edit that comes between the look at a token and the start makes the token stale', async () => {
      const { id, started } = await startOvertakenBy((tx, of) =>
        tx
          .updateTable('broadcast')
          .set({ etag: sql`etag + 1` })
          .where('id', '=', of)
          .execute(),
      );
      expect(started).toMatchObject(STALE);
      expect(await eventsOf(world.db, id)).toEqual(['created']);
    });

    it('a confirmation that is over is left to the retention: nobody who asks for another waits for its end', async () => {
      const { id } = await create();
      await confirm(id);
      await sql`update confirmation set expires_at = clock_now() where broadcast_id = ${id}`.execute(
        world.db,
      );
      await confirm(id);
      const kept = await world.db
        .selectFrom('confirmation')
        .select(sql<boolean>`expires_at > clock_now()`.as('isLive'))
        .where('broadcastId', '=', id)
        .orderBy('expiresAt')
        .execute();
      expect(kept).toEqual([{ isLive: false }, { isLive: true }]);
    });

    it('two starts with one token at once are one start', async () => {
      const { id } = await create();
      const { token } = await confirm(id);
      const start = () => verb(id, 'start', { confirm: token });
      const answers = await inTurn(world.db, rowOf(id), [start, start] as const);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await eventsOf(world.db, id)).toEqual(['created', 'started']);
    });

    it('a token that is used while another start with it waits is not used twice', async () => {
      const { id, started } = await startOvertakenBy((tx) =>
        tx
          .updateTable('confirmation')
          .set({ spentAt: sql`clock_now()` })
          .execute(),
      );
      expect(started).toMatchObject(STALE);
      expect(await stateOf(id)).toBe('draft');
    });

    it('a process that dies between using a token and the start has used nothing', async () => {
      const { id } = await create();
      const { token } = await confirm(id);
      const deciding = world.api.app.get(Deciding, { strict: false });
      const confirmations = world.api.app.get(Confirmations, { strict: false });
      const { rows } = await sql<{ person: string }>`select person from confirmation`.execute(
        world.db,
      );
      const [kind = '', key = ''] = rows.at(-1)?.person.split(':') ?? [];
      const actor = { kind: kind as 'key', id: Number(key), name: 'bootstrap' };
      const dying = actingAs(actor, () =>
        deciding.prepared({ id, verb: 'start', idempotency: undefined }, async (broadcast) => {
          const shown = {
            broadcast,
            account: { id: account.id } as never,
            templateId: broadcast.templateId,
            verb: 'start',
          } as const;
          const confirmed = await confirmations.check({ token, typed: null }, shown);
          return async (tx, locked) => {
            await confirmed.spend(tx, locked);
            throw new Error('the process died');
          };
        }),
      );
      await expect(dying).rejects.toThrow('the process died');
      expect(await verb(id, 'start', { confirm: token })).toMatchObject({
        status: 200,
        json: { state: 'running' },
      });
    });

    it('a lost answer asked for again with its key is answered, though its token is used or another', async () => {
      await policy({ confirmAbove: 2, undoSeconds: 60 });
      const { id } = await create();
      const headers = { 'idempotency-key': 'lost' };
      const { token } = await confirm(id);
      expect(await verb(id, 'start', { confirm: token, typed: '3' }, headers)).toMatchObject({
        status: 200,
      });
      await verb(id, 'undo');
      for (const body of [{ confirm: token, typed: '3' }, { confirm: 'another' }, {}])
        expect(await verb(id, 'start', body, headers)).toMatchObject({
          status: 200,
          json: { state: 'draft' },
        });
      expect(await eventsOf(world.db, id)).toEqual(['created', 'scheduled', 'undone']);
    });

    it('the audit of a start tells how many were confirmed', async () => {
      const { id } = await create();
      const { token } = await confirm(id);
      await verb(id, 'start', { confirm: token });
      const { rows } = await sql<{ after: object }>`
        select after from audit_entry where target_id = ${id} and action = 'broadcast.start'`.execute(
        world.db,
      );
      expect(rows).toMatchObject([{ after: { state: 'running', confirmed: 3 } }]);
    });
  });
});
