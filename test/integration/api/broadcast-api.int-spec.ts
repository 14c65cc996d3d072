import { seen } from '../../../src/broadcast/engine/holds/seen.js';
import { sql } from 'kysely';
import { AccountFaults } from '../../../src/accounts/account-faults.js';
import { tokenFight } from '../../../src/broadcast/engine/breakers/breaker-texts.js';
import { AccountHolds } from '../../../src/broadcast/engine/holds/account-holds.js';
import { STORM } from '../../../src/token/source/token-faults.js';
import { Holds } from '../../../src/broadcast/engine/holds/holds.js';
import { eventsOf } from '../../support/stores/broadcast-events.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

const NOBODY = '01900000-0000-7000-8000-000000000000';

describe('a broadcast over the API', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;
  let holds: Holds;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
    holds = world.api.app.get(Holds, { strict: false });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const view = async (id: string) => {
    const { status, json, text } = await world.get(`/v1/broadcasts/${id}`);
    if (status !== 200) throw new Error(text);
    return json as Record<string, unknown>;
  };
  const verb = (id: string, name: string) => world.post(`/v1/broadcasts/${id}/${name}`);
  const patch = (id: string, change: object) =>
    world.api.call('PATCH', `/v1/broadcasts/${id}`, change);
  const setState = (id: string, state: string) =>
    sql`update broadcast set state = ${state}::broadcast_state, ended_at = clock_now() where id = ${id}`.execute(
      world.db,
    );

  describe('shows', () => {
    it('a broadcast shows the sum of all counter lanes, and a total that is their sum', async () => {
      const id = await world.broadcast(account);
      await world.count(id, 'expand-1', { pending: 100, skipped: 3 });
      await world.count(id, 'release-1', { pending: -60, queued: 60 });
      await world.count(id, 'claim-1', { queued: -40, sending: 40 });
      await world.count(id, 'settle-1', { sending: -20, accepted: 19, refused: 1 });
      await world.count(id, 'match-1', { accepted: -9, delivered: 9 });

      expect(await view(id)).toMatchObject({
        counts: {
          pending: 40,
          queued: 20,
          sending: 20,
          accepted: 10,
          delivered: 9,
          blocked: 0,
          failed: 0,
          refused: 1,
          unknown: 0,
          skipped: 3,
        },
        total: 103,
        receiptsOpen: 10,
        expanded: true,
      });
    });

    it('a broadcast shows nothing but zeros before anything has been counted', async () => {
      const id = await world.broadcast(account, {}, { expanded: false });
      expect(await view(id)).toMatchObject({ total: 0, expanded: false, ratePerSecond: 0 });
    });

    it('a broadcast shows that its account has a fault, and which, where the token does not last: no hold says it', async () => {
      const id = await world.broadcast(account);
      expect(await view(id)).toMatchObject({ accountFault: null });
      const faults = world.api.app.get(AccountFaults, { strict: false });
      await faults.record(account.id, STORM);
      expect(await view(id)).toMatchObject({
        limitedBy: 'account',
        holds: [],
        accountFault: {
          code: 'token_storm',
          errcode: null,
          message: expect.stringMatching(/\p{Script=Han}.*rejected several times/u) as string,
          since: expect.any(String) as string,
        },
      });
    });

    it('a broadcast shows that it is held because the token does not last, in both languages, and its events say so', async () => {
      const id = await world.broadcast(account);
      const { detail, params } = seen(tokenFight(4));
      const many = new AccountHolds(world.db);
      await many.holdAccount(account.id, {
        reason: 'problem',
        code: 'token_storm',
        detail,
        params,
      });
      expect(await view(id)).toMatchObject({
        limitedBy: 'holds',
        heldBy: ['problem'],
        holds: [
          {
            code: 'token_storm',
            detail,
            explanation: {
              code: 'token_storm',
              params: { reason: 'problem', renewals: 4, since: expect.any(String) as string },
              zh: expect.stringContaining('access_token') as string,
              en: expect.stringContaining('another system') as string,
            },
          },
        ],
      });
      const { rows } = await sql<{ data: object }>`
        select data from broadcast_event where broadcast_id = ${id} and kind = 'held'`.execute(
        world.db,
      );
      expect(rows).toMatchObject([{ data: { reason: 'problem', code: 'token_storm', detail } }]);
    });

    it('a broadcast shows its errors, the most frequent first, with what they mean and what is done', async () => {
      const id = await world.broadcast(account, {
        oA: { state: 'refused', errcode: 43004 },
        oB: { state: 'refused', errcode: 43004 },
        oC: { state: 'unknown', errcode: -1 },
      });
      // An `unknown` one that turned out to be accepted takes its errcode back.
      await sql`insert into broadcast_error values (${id}, 43117, 'a', 1), (${id}, 43117, 'b', -1)`.execute(
        world.db,
      );

      const { errors } = await view(id);
      expect(errors).toEqual([
        {
          errcode: 43004,
          count: 2,
          meaning: {
            code: 'wechat_43004',
            params: { errcode: 43004 },
            zh: expect.stringMatching(/./),
            en: expect.stringMatching(/./),
          },
          remedy: 'refuse',
        },
        expect.objectContaining({ errcode: -1, count: 1, remedy: 'retry' }),
      ]);
    });

    it('a broadcast shows a hold with its reason, errcode and rid, and is paused when it waits for a person', async () => {
      const id = await world.broadcast(account);
      await holds.hold(id, { reason: 'problem', errcode: 43116, rid: 'rid-1', detail: 'banned' });

      expect(await view(id)).toMatchObject({
        state: 'paused',
        limitedBy: 'holds',
        etaSeconds: null,
        holds: [
          {
            reason: 'problem',
            errcode: 43116,
            rid: 'rid-1',
            detail: 'banned',
            meaning: { en: expect.stringContaining('banned') },
            since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          },
        ],
      });
    });

    it('a broadcast shows itself as running under a hold that lifts itself, and until when', async () => {
      const id = await world.broadcast(account);
      const until = new Date(Date.now() + 3_600_000);
      await holds.hold(id, { reason: 'quota', until, errcode: 45009 });

      expect(await view(id)).toMatchObject({
        state: 'running',
        limitedBy: 'quota',
        holds: [{ reason: 'quota', until: until.toISOString() }],
      });
    });

    it('a broadcast shows a rate from how its counters move, and when it will be done at that rate', async () => {
      const id = await world.broadcast(account);
      await sql`insert into pace (account_id, rate, rate_changed_at, refilled_at)
        values (${account.id}, 50, clock_now(), clock_now())`.execute(world.db);
      await sql`update broadcast set started_at = clock_now() - interval '10 s' where id = ${id}`.execute(
        world.db,
      );
      await world.count(id, 'a', { pending: 400, accepted: 100 });

      // The first look knows only the average since the start, 10/s: slower than the 50/s that are allowed.
      const { ratePerSecond, etaSeconds, ...rest } = await view(id);
      // However long ago that was by now.
      expect(ratePerSecond).toBeGreaterThan(0);
      expect(ratePerSecond).toBeLessThanOrEqual(10);
      const toGo = Number(ratePerSecond) * Number(etaSeconds);
      expect(Math.abs(toGo - 400)).toBeLessThanOrEqual(20);
      expect(rest).toMatchObject({ allowedPerSecond: 50 });
    });

    it.each([1, 10, 1_000])(
      'a broadcast shows its own cap of %d/s as what limits it, and the end at that cap while it keeps up with it',
      async (cap) => {
        const id = await world.broadcast(account);
        await sql`insert into pace (account_id, rate, rate_changed_at, refilled_at)
          values (${account.id}, 2000, clock_now(), clock_now())`.execute(world.db);
        await sql`update account set sends_per_second = 2000 where id = ${account.id}`.execute(
          world.db,
        );
        await sql`update broadcast set sends_per_second = ${cap},
          started_at = clock_now() - interval '100 s' where id = ${id}`.execute(world.db);
        // A little less than it may: that is no reason to promise a later end.
        await world.count(id, 'a', { pending: 400 * cap, accepted: 96 * cap });
        expect(await view(id)).toMatchObject({
          limitedBy: 'own_rate',
          allowedPerSecond: cap,
          etaSeconds: 400,
        });
      },
    );

    it('a broadcast shows no receipts as awaited once those that never came were given up', async () => {
      const id = await world.broadcast(account, { oA: { state: 'accepted', msgid: '1' } });
      await sql`update broadcast set receipts_closed_at = clock_now() where id = ${id}`.execute(
        world.db,
      );
      expect(await view(id)).toMatchObject({ receiptsOpen: 0, counts: { accepted: 1 } });
    });

    it.each([NOBODY, 'not-a-uuid', '%00'])(
      'a broadcast with the id %s is not shown: there is none',
      async (id) => {
        expect(await world.get(`/v1/broadcasts/${id}`)).toMatchObject({
          status: 404,
          json: { code: 'broadcast_not_found' },
        });
      },
    );
  });

  describe('obeys', () => {
    it('a broadcast obeys pause, once, however often it is said', async () => {
      const id = await world.broadcast(account);
      for (const _ of [1, 2]) {
        const answer = await verb(id, 'pause');
        expect(answer).toMatchObject({ status: 200, json: { id, state: 'paused' } });
      }
      expect(await eventsOf(world.db, id)).toEqual(['held']);
    });

    it('a broadcast obeys resume, which lifts what waits for a person and leaves what lifts itself', async () => {
      const id = await world.broadcast(account);
      await holds.hold(id, { reason: 'problem', errcode: 40037 });
      await holds.hold(id, { reason: 'quota' });
      await verb(id, 'pause');

      const { json } = await verb(id, 'resume');
      const named = (json as { holds: { id: string }[] }).holds.map((hold) => hold.id);
      for (const _ of [1, 2]) {
        const answer = await world.post(`/v1/broadcasts/${id}/resume`, { holds: named });
        expect(answer).toMatchObject({
          status: 200,
          json: { state: 'running', holds: [{ reason: 'quota' }] },
        });
      }
      expect(await eventsOf(world.db, id)).toEqual(['held', 'held', 'held', 'lifted']);
    });

    it('a broadcast obeys cancel, also while it is paused, once and for all', async () => {
      const id = await world.broadcast(account);
      await verb(id, 'pause');
      for (const _ of [1, 2]) {
        const answer = await verb(id, 'cancel');
        expect(answer).toMatchObject({
          status: 200,
          json: { state: 'cancelled', holds: [], etaSeconds: 0, limitedBy: null },
        });
      }
      expect(await eventsOf(world.db, id)).toEqual(['held', 'cancelled']);
    });

    it('a broadcast obeys a cap of its own, and its removal', async () => {
      const id = await world.broadcast(account);
      expect(await patch(id, { sendsPerSecond: 7 })).toMatchObject({
        status: 200,
        json: { sendsPerSecond: 7, allowedPerSecond: 7 },
      });
      expect(await patch(id, { sendsPerSecond: null })).toMatchObject({
        status: 200,
        json: { sendsPerSecond: null, allowedPerSecond: 1000 },
      });
    });

    it.each([[{}], [{ sendsPerSecond: 0 }], [{ sendsPerSecond: '7' }], [{ appid: 'x' }]])(
      'a broadcast obeys no such change: %j',
      async (change) => {
        const id = await world.broadcast(account);
        expect((await patch(id, change)).status).toBe(400);
      },
    );

    it.each([
      ['finished', 'pause', ['archive', 'unarchive']],
      ['finished', 'resume', ['archive', 'unarchive']],
      ['finished', 'cancel', ['archive', 'unarchive']],
      ['cancelled', 'pause', ['archive', 'unarchive']],
      ['cancelled', 'resume', ['archive', 'unarchive']],
      ['scheduled', 'pause', ['start-now', 'undo', 'unschedule', 'cancel']],
      ['draft', 'resume', ['start', 'cancel', 'delete']],
      ['finished', 'start', ['archive', 'unarchive']],
      ['cancelled', 'start', ['archive', 'unarchive']],
      ['awaiting_approval', 'start', ['cancel']],
    ])('a broadcast obeys no verb that does not fit: %s, %s', async (state, name, allowed) => {
      const id = await world.broadcast(account);
      await setState(id, state);

      expect(await verb(id, name)).toMatchObject({
        status: 409,
        json: { code: 'transition_not_allowed', allowed },
      });
      expect(await eventsOf(world.db, id)).toEqual([]);
    });

    it.each([[{ name: 'x' }], [{ audience: { kind: 'all' } }], [{ sendsPerSecond: 7, url: null }]])(
      'a broadcast obeys no change of what is being sent: %j',
      async (change) => {
        const id = await world.broadcast(account);
        expect(await patch(id, change)).toMatchObject({
          status: 409,
          json: {
            code: 'transition_not_allowed',
            state: 'running',
            changeable: ['sendsPerSecond', 'sendHours'],
          },
        });
        expect(await view(id)).toMatchObject({ sendsPerSecond: null });
      },
    );

    it('a broadcast obeys no cap once it has ended', async () => {
      const id = await world.broadcast(account);
      await setState(id, 'finished');
      expect(await patch(id, { sendsPerSecond: 7 })).toMatchObject({
        status: 409,
        json: { code: 'transition_not_allowed' },
      });
    });

    it.each(['start', 'pause', 'resume', 'cancel'])(
      'a broadcast obeys %s only if it exists',
      async (name) => {
        expect(await verb(NOBODY, name)).toMatchObject({
          status: 404,
          json: { code: 'broadcast_not_found' },
        });
      },
    );
  });

  describe('is listed', () => {
    const ids = async (query: string) => {
      const { items } = await world.all(`/v1/broadcasts?appid=${account.appid}${query}`);
      return items.map(({ id }) => id);
    };

    it('broadcasts are listed newest first, page by page, without tests unless they are asked for', async () => {
      const first = await world.broadcast(account);
      const test = await world.broadcast(account, {}, { purpose: 'test' });
      const second = await world.broadcast(account);
      const third = await world.broadcast(account);
      await world.broadcast(await world.account());

      expect(await ids('')).toEqual([third, second, first]);
      expect(await ids('&limit=1')).toEqual([third, second, first]);
      expect(await ids('&purpose=test')).toEqual([test]);
    });

    it('a broadcast over the API is listed by the state that people see', async () => {
      const running = await world.broadcast(account);
      const paused = await world.broadcast(account);
      const waiting = await world.broadcast(account);
      const finished = await world.broadcast(account);
      await holds.hold(paused, { reason: 'operator' });
      await holds.hold(waiting, { reason: 'quota' });
      await setState(finished, 'finished');

      expect(await ids('&state=running')).toEqual([waiting, running]);
      expect(await ids('&state=paused')).toEqual([paused]);
      expect(await ids('&state=finished')).toEqual([finished]);
      expect(await ids('&state=draft')).toEqual([]);
    });

    it('a broadcast over the API is listed with everything that it shows alone, where all is asked for', async () => {
      const id = await world.broadcast(account, { oA: { state: 'refused', errcode: 43004 } });
      const { items } = await world.all(
        `/v1/broadcasts?appid=${account.appid}&expand=message,settings,holds,errors,quota`,
      );
      const alone = await view(id);
      // Rates move from one look to the next; these others are told of one broadcast at a time.
      const apart = ['ratePerSecond', 'warnings', 'can', 'etag', 'revision', 'undoUntil'];
      const still = Object.entries(alone).filter(([name]) => !apart.includes(name));
      expect(items).toEqual([expect.objectContaining(Object.fromEntries(still))]);
    });

    it('a broadcast over the API is listed across accounts, each under its own appid', async () => {
      const other = await world.account();
      const mine = await world.broadcast(account);
      const theirs = await world.broadcast(other);
      const { items } = await world.all('/v1/broadcasts?limit=3');
      const appids = new Map(items.map(({ id, appid }) => [id, appid]));
      expect(appids.get(mine)).toBe(account.appid);
      expect(appids.get(theirs)).toBe(other.appid);
    });

    it.each([
      ['appid=wx-nobody', 404, 'account_not_found'],
      ['after=x', 400, 'cursor_invalid'],
      ['limit=0', 400, 'invalid_request'],
      ['limit=201', 400, 'invalid_request'],
      ['state=sleeping', 400, 'invalid_request'],
      ['purpose=fun', 400, 'invalid_request'],
    ])('broadcasts are not listed for ?%s', async (query, status, code) => {
      expect(await world.get(`/v1/broadcasts?${query}`)).toMatchObject({ status, json: { code } });
    });
  });
});
