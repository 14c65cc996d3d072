import { sql } from 'kysely';
import { DedupeExpiry } from '../../../src/broadcast/engine/storage/dedupe-expiry.js';
import type { DeliveryState } from '../../../src/broadcast/engine/record/states.js';
import type { Answer } from '../../support/worlds/api-app.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

interface View {
  readonly id: string;
  readonly [member: string]: unknown;
}

describe('/v1/messages', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const request = (change: object = {}) => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
    openid: 'oAmy',
    ...change,
  });
  const send = (change: object = {}, headers: Record<string, string> = {}) =>
    world.post('/v1/messages', request(change), headers);
  const idOf = ({ status, json, text }: Answer): string => {
    if (status !== 202) throw new Error(text);
    return (json as View).id;
  };
  const becomes = (id: string, state: DeliveryState, errcode: number | null = null) =>
    sql`update delivery set state = ${state}::delivery_state, errcode = ${errcode}
      where broadcast_id = ${id}`.execute(world.db);

  it('/v1/messages puts a message on record whose one delivery waits for release already', async () => {
    const answer = await send({ name: '邀请', url: 'https://example.com/a' });

    expect(answer.status).toBe(202);
    const { warnings, ...view } = answer.json as View;
    expect(warnings).toMatchObject([{ code: 'callback_plain' }]);
    expect(view).toEqual({
      id: expect.any(String),
      appid: account.appid,
      name: '邀请',
      openid: 'oAmy',
      channel: 'template',
      templateId: TEMPLATE,
      fields: { thing1: '王老师', time2: '2026-12-01 08:00' },
      url: 'https://example.com/a',
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await world.get(`/v1/messages/${view.id}`)).json).toEqual({
      ...view,
      state: 'pending',
      msgid: null,
      errcode: null,
      meaning: null,
      rid: null,
      detail: null,
      attempts: 0,
      holds: [],
      heldBy: [],
      waitingFor: null,
      queuedAt: null,
      claimedAt: null,
      inDoubtSince: null,
      notBefore: null,
      settledAt: null,
      receiptAt: null,
      reviewedAt: null,
    });
    expect((await world.get(`/v1/broadcasts/${view.id}`)).json).toMatchObject({
      purpose: 'single',
      state: 'running',
      expanded: true,
      total: 1,
      counts: { pending: 1 },
    });
    const { json } = await world.get(`/v1/broadcasts?appid=${account.appid}`);
    expect(json).toMatchObject({ items: [] });
    const singles = await world.get(`/v1/broadcasts?appid=${account.appid}&purpose=single`);
    expect(singles.json).toMatchObject({ items: [{ id: view.id }] });
  });

  it('/v1/messages tells what became of it, in words', async () => {
    const id = idOf(await send());
    await becomes(id, 'refused', 43004);

    expect((await world.get(`/v1/messages/${id}`)).json).toMatchObject({
      state: 'refused',
      errcode: 43004,
      meaning: { zh: expect.any(String), en: expect.any(String) },
    });
  });

  it('/v1/messages tells what holds it', async () => {
    const id = idOf(await send());
    await sql`
      insert into broadcast_hold (broadcast_id, reason, since, errcode)
      values (${id}, 'problem', clock_now(), 40037)`.execute(world.db);

    expect((await world.get(`/v1/messages/${id}`)).json).toMatchObject({
      state: 'pending',
      heldBy: ['problem'],
      holds: [{ reason: 'problem', errcode: 40037, since: expect.stringMatching(/Z$/) }],
    });
  });

  it('/v1/messages skips somebody who has left, without a call, and says so', async () => {
    await world.synced(account, [], ['oAmy']);
    const id = idOf(await send());
    expect((await world.get(`/v1/messages/${id}`)).json).toMatchObject({
      state: 'skipped',
      detail: 'unsubscribed',
    });
  });

  it('/v1/messages knows no message under the id of a broadcast to many', async () => {
    const broadcast = await world.broadcast(account, { oAmy: { state: 'accepted' } });
    for (const id of [broadcast, '019aa000-0000-7000-8000-000000000000', 'x']) {
      const { status, json } = await world.get(`/v1/messages/${id}`);
      expect([status, (json as View)['code']]).toEqual([404, 'message_not_found']);
    }
  });

  it('/v1/messages says so when retention has given up what became of it', async () => {
    const id = idOf(await send());
    await sql`delete from delivery where broadcast_id = ${id}`.execute(world.db);
    await sql`update broadcast set purged_at = clock_now() where id = ${id}`.execute(world.db);
    const { status, json } = await world.get(`/v1/messages/${id}`);
    expect([status, (json as View)['code']]).toEqual([410, 'deliveries_purged']);
  });

  it.each<[string, object]>([
    ['an audience', { audience: { kind: 'all' } }],
    ['openids', { openids: ['oAmy'] }],
    ['a canary', { canary: { first: 1 } }],
    ['a start', { startAt: '2027-01-01T00:00:00Z' }],
    ['send hours', { sendHours: { from: '09:00', to: '21:00' } }],
    ['a draft', { draft: true }],
    ['a rate of its own', { sendsPerSecond: 1 }],
    ['exclusions', { exclude: {} }],
    ['nobody', { openid: undefined }],
    ['what is no openid', { openid: 'o:a' }],
    ['an empty dedupe key', { dedupeKey: '' }],
    ['a dedupe key beyond 128 characters', { dedupeKey: 'k'.repeat(129) }],
    ['a dedupe key that cannot be printed', { dedupeKey: 'a\u0000b' }],
    ['no time at all', { dedupeKey: 'k', dedupeTtlSeconds: 0 }],
    ['more than thirty days', { dedupeKey: 'k', dedupeTtlSeconds: 2_592_001 }],
  ])('/v1/messages refuses %s', async (_what, change) => {
    const { status, json } = await send(change);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'invalid_request' });
    expect(await messages()).toBe(0);
  });

  const messages = async (): Promise<number> =>
    (
      await world.db
        .selectFrom('broadcast')
        .select('id')
        .where('accountId', '=', account.id)
        .execute()
    ).length;

  describe('with a dedupeKey', () => {
    it('/v1/messages with a dedupeKey is one message for a hundred who ask at once, and each is told of it', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => send({ dedupeKey: 'video-1' })),
      );

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(99);
      expect(await messages()).toBe(1);
    });

    it('/v1/messages with a dedupeKey is another message for another openid and for another account', async () => {
      const first = idOf(await send({ dedupeKey: 'video-1' }));
      const toAnother = idOf(await send({ dedupeKey: 'video-1', openid: 'oBob' }));
      account = await world.account();
      const byAnother = idOf(await send({ dedupeKey: 'video-1' }));
      expect(new Set([first, toAnother, byAnother]).size).toBe(3);
    });

    it.each<DeliveryState>(['refused', 'failed', 'skipped'])(
      '/v1/messages with a dedupeKey is a new message once the earlier one was %s, for one of those who ask',
      async (state) => {
        const earlier = idOf(await send({ dedupeKey: 'k' }));
        await becomes(earlier, state);
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => send({ dedupeKey: 'k' })),
        );
        const ids = new Set(answers.map(idOf));
        expect(ids.size).toBe(1);
        expect(ids).not.toContain(earlier);
        expect(await messages()).toBe(2);
      },
    );

    it.each<[DeliveryState, boolean]>([
      ['pending', true],
      ['queued', true],
      ['sending', false],
      ['accepted', false],
    ])(
      '/v1/messages with a dedupeKey is free once the message was cancelled: while %s %p',
      async (state, free) => {
        const earlier = idOf(await send({ dedupeKey: 'k' }));
        await becomes(earlier, state);
        await sql`update broadcast set state = 'cancelled' where id = ${earlier}`.execute(world.db);
        expect(idOf(await send({ dedupeKey: 'k' })) !== earlier).toBe(free);
      },
    );

    it('/v1/messages with a dedupeKey stays the cancelled message while nobody knows whether that was sent', async () => {
      const earlier = idOf(await send({ dedupeKey: 'k' }));
      await sql`update delivery set in_doubt_since = clock_now() where broadcast_id = ${earlier}`.execute(
        world.db,
      );
      await sql`update broadcast set state = 'cancelled' where id = ${earlier}`.execute(world.db);
      expect(idOf(await send({ dedupeKey: 'k' }))).toBe(earlier);
    });

    it.each<DeliveryState>([
      'pending',
      'queued',
      'sending',
      'accepted',
      'delivered',
      'blocked',
      'unknown',
    ])(
      '/v1/messages with a dedupeKey stays the earlier message while that is %s',
      async (state) => {
        const earlier = idOf(await send({ dedupeKey: 'k' }));
        await becomes(earlier, state);
        expect(idOf(await send({ dedupeKey: 'k' }))).toBe(earlier);
      },
    );

    it('/v1/messages with a dedupeKey is a new message once its time is over, which is two hours unless it says otherwise', async () => {
      const holdsFor = async (key: string): Promise<number> => {
        const { rows } = await sql<{ seconds: number }>`
          select extract(epoch from dedupe.expires_at - b.created_at)::float8 as seconds
          from dedupe join broadcast b on b.id = dedupe.broadcast_id
          where b.account_id = ${account.id} and key = ${key}`.execute(world.db);
        return Math.round(rows[0]!.seconds);
      };
      const first = idOf(await send({ dedupeKey: 'k' }));
      await send({ dedupeKey: 'short', dedupeTtlSeconds: 60 });
      expect([await holdsFor('k'), await holdsFor('short')]).toEqual([7_200, 60]);

      await sql`update dedupe set expires_at = clock_now() where key = 'k'`.execute(world.db);
      const second = idOf(await send({ dedupeKey: 'k' }));
      expect(second).not.toBe(first);
      expect(idOf(await send({ dedupeKey: 'k' }))).toBe(second);
    });

    it('/v1/messages with a dedupeKey leaves nothing behind once the sweep has come after its time', async () => {
      await send({ dedupeKey: 'over' });
      await send({ dedupeKey: 'holds' });
      await sql`update dedupe set expires_at = clock_now() where key = 'over'`.execute(world.db);
      await new DedupeExpiry(world.db).run();
      const left = await world.db
        .selectFrom('dedupe')
        .select('key')
        .where('accountId', '=', account.id)
        .execute();
      expect(left).toEqual([{ key: 'holds' }]);
    });

    it('/v1/messages with a dedupeKey takes no key for a message that is refused before it is on record', async () => {
      const refused = await send({ dedupeKey: 'k', fields: { thing1: '好' } });
      expect(refused.status).toBe(422);
      idOf(await send({ dedupeKey: 'k' }));
      expect(await messages()).toBe(1);
    });
  });

  describe('with an Idempotency-Key', () => {
    it('/v1/messages with an Idempotency-Key is the same message for the same request, and a refusal for another one', async () => {
      const first = idOf(await send({}, { 'idempotency-key': 'i-1' }));
      const again = await send({}, { 'idempotency-key': 'i-1' });
      expect(idOf(again)).toBe(first);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const other = await send({ openid: 'oBob' }, { 'idempotency-key': 'i-1' });
      expect([other.status, (other.json as View)['code']]).toEqual([422, 'idempotency_key_reused']);
    });

    it('/v1/messages with an Idempotency-Key keeps to the message of its dedupe key, also when that has expired meanwhile', async () => {
      const first = idOf(await send({ dedupeKey: 'k' }));
      expect(idOf(await send({ dedupeKey: 'k' }, { 'idempotency-key': 'i-2' }))).toBe(first);
      await sql`update dedupe set expires_at = clock_now() where key = 'k'`.execute(world.db);
      expect(idOf(await send({ dedupeKey: 'k' }, { 'idempotency-key': 'i-2' }))).toBe(first);
    });
  });

  it('/v1/messages is refused to who has no key', async () => {
    const made = await world.post('/v1/messages', request(), { authorization: 'Bearer nobody' });
    expect(made.status).toBe(401);
  });
});
