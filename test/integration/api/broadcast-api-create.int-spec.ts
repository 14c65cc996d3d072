import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { sql } from 'kysely';
import { EXPAND_QUEUE } from '../../../src/queue/queue-names.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const FIELDS = { thing1: '王老师', time2: '2026-12-01 08:00' };

const inMinutes = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString();

interface View {
  readonly id: string;
  readonly [member: string]: unknown;
}

describe('POST /v1/broadcasts', () => {
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

  const request = (change: object = {}) => ({
    appid: account.appid,
    templateId: TEMPLATE,
    fields: FIELDS,
    audience: { kind: 'openids', openids: ['oB', 'oA', 'oB'] },
    ...change,
  });
  const create = (change: object = {}, headers: Record<string, string> = {}) =>
    world.post('/v1/broadcasts', request(change), headers);
  const without = (name: string) => ({ [name]: undefined });

  it('POST /v1/broadcasts puts a broadcast on record that runs at once, and asks a worker to expand it', async () => {
    const { status, json } = await create({
      name: '十二月课程',
      url: 'https://example.com/a?b=c',
      miniprogram: { appid: 'wx00000000000000aa', pagepath: 'pages/index' },
      sendsPerSecond: 20,
    });

    expect(status).toBe(202);
    const view = json as View;
    expect(view).toMatchObject({
      appid: account.appid,
      name: '十二月课程',
      purpose: 'broadcast',
      channel: 'template',
      templateId: TEMPLATE,
      fields: FIELDS,
      url: 'https://example.com/a?b=c',
      miniprogram: { appid: 'wx00000000000000aa', pagepath: 'pages/index' },
      audience: { kind: 'openids', count: 2, duplicates: 1 },
      sendsPerSecond: 20,
      state: 'running',
      holds: [],
      expanded: false,
      total: 0,
      receiptsOpen: 0,
      allowedPerSecond: 20,
      limitedBy: 'expansion',
      errors: [],
      endedAt: null,
    });
    expect(view['startedAt']).toBe(view['createdAt']);
    const members = await world.db
      .selectFrom('broadcastMember')
      .select('openid')
      .where('broadcastId', '=', view.id)
      .orderBy('openid')
      .execute();
    expect(members.map(({ openid }) => openid)).toEqual(['oA', 'oB']);
    const events = await world.db
      .selectFrom('broadcastEvent')
      .select('kind')
      .where('broadcastId', '=', view.id)
      .orderBy('id')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'started']);
    const { rows } = await sql`select from pace where account_id = ${account.id}`.execute(world.db);
    expect(rows).toHaveLength(1);
    expect((await expansions.getJob(`expand-${view.id}`))?.data).toEqual({ broadcastId: view.id });
    expect((await world.get(`/v1/broadcasts/${view.id}`)).json).toMatchObject({ id: view.id });
  });

  it('POST /v1/broadcasts takes the text with its slots filled as well, colours and all', async () => {
    const { status, json } = await create({
      ...without('fields'),
      content:
        '{{first.你好}} \n讲师：{{thing1.王老师.#173177}}\n时间：{{time2.2026-12-01 08:00}} \n{{remark.欢迎参加}}',
    });

    expect(status).toBe(202);
    expect(json).toMatchObject({ fields: { ...FIELDS, first: '你好', remark: '欢迎参加' } });
  });

  it('POST /v1/broadcasts sends to everybody who follows the account', async () => {
    await world.synced(account, ['oA'], ['oB']);
    const { status, json } = await create({ audience: { kind: 'all' } });
    expect(status).toBe(202);
    expect(json).toMatchObject({ audience: { kind: 'all' }, etaSeconds: null });
  });

  it('POST /v1/broadcasts accepts a broadcast of a held account: it waits', async () => {
    await sql`update account set held_at = clock_now() where id = ${account.id}`.execute(world.db);
    const { status, json } = await create();
    expect(status).toBe(202);
    expect(json).toMatchObject({ state: 'running', limitedBy: 'account', etaSeconds: null });
  });

  it('POST /v1/broadcasts answers as usual when the queue is away: the sweep will ask', async () => {
    const client = await BroadcastApiWorld.open();
    try {
      const { appid } = await client.account();
      await client.api.app.get<Queue>(getQueueToken(EXPAND_QUEUE), { strict: false }).close();
      const { status } = await client.post('/v1/broadcasts', { ...request(), appid });
      expect(status).toBe(202);
      expect(await client.stored()).toMatchObject({ broadcasts: 1, members: 2 });
    } finally {
      await client.close();
    }
  });

  describe('stores nothing and says what is wrong with', () => {
    it.each<[string, object, number, string, string]>([
      ['an unknown account', { appid: 'wx-nobody' }, 404, 'account_not_found', ''],
      ['an unknown template', { templateId: 'nope' }, 422, 'template_not_found', ''],
      ['a missing field', { fields: { thing1: 'x' } }, 422, 'fields_invalid', 'fields.time2'],
      [
        'a thing of 21 characters',
        { fields: { ...FIELDS, thing1: '字'.repeat(21) } },
        422,
        'fields_invalid',
        'fields.thing1',
      ],
      [
        'a field that the template does not have',
        { fields: { ...FIELDS, thing9: 'x' } },
        422,
        'fields_invalid',
        'fields.thing9',
      ],
      [
        'a value that is no text',
        { fields: { ...FIELDS, thing1: 7 } },
        422,
        'fields_invalid',
        'fields.thing1',
      ],
      ['neither fields nor content', { fields: undefined }, 400, 'fields_or_content', ''],
      ['both fields and content', { content: 'x' }, 400, 'fields_or_content', ''],
      ['another text', { fields: undefined, content: 'x' }, 422, 'content_mismatch', 'content'],
      ['an address that is none', { url: 'javascript:1' }, 400, 'invalid_request', 'url'],
      ['an unknown member', { surprise: 1 }, 400, 'invalid_request', 'surprise'],
      ['no audience', { audience: undefined }, 400, 'invalid_request', 'audience'],
      [
        'an unknown kind of audience',
        { audience: { kind: 'friends' } },
        400,
        'invalid_request',
        'audience.kind',
      ],
      [
        'a tag that nobody knows',
        { audience: { kind: 'tags', any: [1] } },
        422,
        'tag_not_found',
        'audience.any[0]',
      ],
      [
        'everybody before the first sync',
        { audience: { kind: 'all' } },
        409,
        'followers_not_synced',
        '',
      ],
      ['an empty list', { audience: { kind: 'openids', openids: [] } }, 422, 'audience_empty', ''],
      [
        'a malformed openid',
        { audience: { kind: 'openids', openids: ['oA', 'o:B'] } },
        400,
        'openids_invalid',
        'audience.openids[1]',
      ],
      ['a draft that is no yes or no', { draft: 'yes' }, 400, 'invalid_request', 'draft'],
      [
        'a time to start without offset',
        { startAt: '2026-12-01T00:00:00' },
        400,
        'invalid_request',
        'startAt',
      ],
      [
        'a time to start that the calendar lacks',
        { startAt: '2027-02-30T00:00:00Z' },
        400,
        'invalid_request',
        'startAt',
      ],
      [
        'a start of 31 minutes ago',
        { startAt: inMinutes(-31) },
        422,
        'start_at_out_of_range',
        'startAt',
      ],
      [
        'a start in more than a year',
        { startAt: inMinutes(367 * 24 * 60) },
        422,
        'start_at_out_of_range',
        'startAt',
      ],
      ['an unknown zone', { startZone: 'Asia/Atlantis' }, 400, 'invalid_request', 'startZone'],
      ['an offset as a zone', { startZone: '+08:00' }, 400, 'invalid_request', 'startZone'],
      [
        'an audience frozen at noon',
        { freezeAudience: 'noon' },
        400,
        'invalid_request',
        'freezeAudience',
      ],
      [
        'send hours without an end',
        { sendHours: { from: '09:00' } },
        400,
        'invalid_request',
        'sendHours.to',
      ],
      [
        'send hours of no length',
        { sendHours: { from: '09:00', to: '09:00' } },
        400,
        'invalid_request',
        'sendHours.to',
      ],
      [
        'send hours beyond the day',
        { sendHours: { from: '09:00', to: '24:00' } },
        400,
        'invalid_request',
        'sendHours.to',
      ],
      [
        'send hours of nowhere',
        { sendHours: { from: '09:00', to: '21:00', zone: 'Moon/Tycho' } },
        400,
        'invalid_request',
        'sendHours.zone',
      ],
      ['a canary of nobody', { canary: { first: 0 } }, 400, 'invalid_request', 'canary.first'],
      [
        'a canary of too many',
        { canary: { first: 10_001 } },
        400,
        'invalid_request',
        'canary.first',
      ],
      [
        'a canary of most of them',
        { canary: { percent: 51 } },
        400,
        'invalid_request',
        'canary.percent',
      ],
      [
        'a canary of two sizes',
        { canary: { first: 1, percent: 1 } },
        400,
        'invalid_request',
        'canary',
      ],
      ['a canary of no size', { canary: {} }, 400, 'invalid_request', 'canary'],
      ['an exclusion', { exclude: {} }, 422, 'not_available_yet', 'exclude'],
      [
        "a mini program's channel",
        { channel: 'subscribe' },
        422,
        'channel_not_for_account',
        'channel',
      ],
    ])(
      'POST /v1/broadcasts stores nothing and says what is wrong with %s',
      async (_, change, status, code, path) => {
        const before = await world.stored();

        const answer = await create(change, { 'idempotency-key': 'burnt?' });

        expect(answer.status).toBe(status);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(answer.json).toMatchObject({
          code,
          ...(path && { errors: expect.arrayContaining([expect.objectContaining({ path })]) }),
        });
        expect(await world.stored()).toEqual(before);
      },
    );

    it('POST /v1/broadcasts stores nothing and says what is wrong with everybody, when nobody follows', async () => {
      await world.synced(account, [], ['oA']);
      const before = await world.stored();
      const answer = await create({ audience: { kind: 'all' } });
      expect(answer).toMatchObject({ status: 422, json: { code: 'audience_empty' } });
      expect(await world.stored()).toEqual(before);
    });

    it('POST /v1/broadcasts stores nothing and says what is wrong with a template message of a mini program', async () => {
      const { appid } = await world.account('mini_program');
      const answer = await create({ appid });
      expect(answer).toMatchObject({ status: 422, json: { code: 'channel_not_for_account' } });
    });

    it('POST /v1/broadcasts stores nothing and says what is wrong with a body that is larger than may be, and how large that is', async () => {
      const before = await world.stored();
      const openids = Array.from({ length: 700_000 }, (_, i) => `o${i.toString().padStart(14)}`);
      const answer = await create({ audience: { kind: 'openids', openids } });
      expect(answer).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
      expect((answer.json as { detail: string }).detail).toMatch(/\d{7,} bytes/);
      expect(await world.stored()).toEqual(before);
    });
  });

  describe('with an Idempotency-Key', () => {
    const keyed = (key: string, change: object = {}) => create(change, { 'idempotency-key': key });
    const countBroadcasts = async () => (await world.stored())['broadcasts'];

    it('POST /v1/broadcasts with an Idempotency-Key answers a repeated request with the broadcast of the first, and says so', async () => {
      const first = await keyed('a');
      const before = await world.stored();
      const { audience, ...rest } = request();
      const again = await world.post(
        '/v1/broadcasts',
        { audience, ...rest },
        { 'idempotency-key': 'a' },
      );

      expect(first.headers.get('idempotent-replayed')).toBeNull();
      expect(again.status).toBe(202);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect((again.json as View).id).toBe((first.json as View).id);
      expect(await world.stored()).toEqual(before);
    });

    it('POST /v1/broadcasts with an Idempotency-Key refuses another request under the same key', async () => {
      const first = await keyed('a');
      const before = await countBroadcasts();
      const other = await keyed('a', { name: 'another' });

      expect(other).toMatchObject({
        status: 422,
        json: { code: 'idempotency_key_reused', broadcastId: (first.json as View).id },
      });
      expect(await countBroadcasts()).toBe(before);
    });

    it('POST /v1/broadcasts with an Idempotency-Key makes one broadcast of many requests at once', async () => {
      const before = Number(await countBroadcasts());
      const answers = await Promise.all(Array.from({ length: 8 }, () => keyed('race')));

      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(202));
      expect(new Set(answers.map(({ json }) => (json as View).id)).size).toBe(1);
      const replayed = answers.filter(({ headers }) => headers.get('idempotent-replayed'));
      expect(replayed).toHaveLength(7);
      expect(await countBroadcasts()).toBe(before + 1);
    });

    it('POST /v1/broadcasts with an Idempotency-Key keeps the keys of accounts apart', async () => {
      const other = await world.account();
      const first = await keyed('shared');
      const second = await keyed('shared', { appid: other.appid });
      expect(second.status).toBe(202);
      expect((second.json as View).id).not.toBe((first.json as View).id);
    });

    it('POST /v1/broadcasts with an Idempotency-Key may try again under it what was refused', async () => {
      expect((await keyed('b', { fields: {} })).status).toBe(422);
      expect((await keyed('b')).status).toBe(202);
    });

    it('POST /v1/broadcasts with an Idempotency-Key refuses a key that is too long', async () => {
      expect(await keyed('k'.repeat(256))).toMatchObject({
        status: 400,
        json: { code: 'idempotency_key_invalid' },
      });
    });
  });

  it('POST /v1/broadcasts is refused without a key', async () => {
    const answer = await world.api.call('POST', '/v1/broadcasts', request(), {});
    expect(answer.status).toBe(401);
  });
});
