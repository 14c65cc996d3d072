import { sql } from 'kysely';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import {
  BroadcastApiWorld,
  TEMPLATE,
  type TestAccount,
} from '../../support/worlds/broadcast-api-world.js';

const FIELDS = { thing1: '王老师', time2: '2026-12-01 08:00' };

interface View {
  readonly id: string;
  readonly audience: unknown;
  readonly faults?: readonly { readonly path: string; readonly code: string }[];
}

describe('the audiences of broadcasts', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await world.synced(account, ['oA', 'oB', 'oC']);
  });

  const post = (audience: unknown, more: object = {}) =>
    world.post('/v1/broadcasts', {
      appid: account.appid,
      templateId: TEMPLATE,
      fields: FIELDS,
      audience,
      ...more,
    });
  const create = async (audience: unknown, more: object = {}): Promise<View> => {
    const { status, json, text } = await post(audience, more);
    if (status !== 202) throw new Error(text);
    return json as View;
  };
  const recordOf = async (id: string) =>
    (
      await world.db
        .selectFrom('broadcast')
        .select('audience')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).audience;
  async function tag(
    tagId: number,
    name: string,
    { openids = [], age = '1 minute' }: { openids?: readonly string[]; age?: string | null } = {},
  ): Promise<void> {
    await sql`
      insert into tag (account_id, tag_id, name, count, members, as_of, changed_at)
      values (${account.id}, ${tagId}, ${name}, 0, ${openids.length},
        clock_now() - ${age}::interval, clock_now())`.execute(world.db);
    await sql`insert into follower_tag (account_id, tag_id, openid)
      select ${account.id}::integer, ${tagId}::integer, o from unnest(${openids}::text[]) o`.execute(
      world.db,
    );
  }
  async function upload(openids: readonly string[], state = 'ready'): Promise<string> {
    const id = newBroadcastId(new Date());
    const found = { columns: { names: ['openid', '姓名', ''], hasHeader: true, openid: 0 } };
    await sql`insert into upload (id, account_id, name, state, usable, found)
      values (${id}, ${account.id}, 'list', ${state}, ${openids.length}, ${JSON.stringify(found)})`.execute(
      world.db,
    );
    await sql`insert into upload_row (upload_id, openid, line, cells)
      select ${id}::uuid, o, 1, '["x"]' from unnest(${openids}::text[]) o`.execute(world.db);
    return id;
  }

  it('an audience is looked up once, when its broadcast starts: tags by their ids, an upload with its columns', async () => {
    await tag(101, '老会员', { openids: ['oA'] });
    await tag(102, '新会员', { openids: ['oA', 'oB'] });
    const uploadId = await upload(['oD']);
    const { id, audience } = await create({
      kind: 'union',
      of: [
        { kind: 'tags', any: ['老会员', 102] },
        { kind: 'upload', uploadId },
        { kind: 'openids', openids: ['oX', 'oX'] },
      ],
      exclude: [{ kind: 'tags', all: [101] }],
    });
    const tags = {
      kind: 'tags',
      // The largest first: the others are read only as far as it.
      any: [
        { id: 102, name: '新会员' },
        { id: 101, name: '老会员' },
      ],
      all: [],
      none: [],
      asOf: expect.any(String),
    };
    const shown = {
      kind: 'union',
      of: [
        tags,
        { kind: 'upload', uploadId, columns: ['姓名'], count: 1 },
        { kind: 'openids', count: 1, duplicates: 1 },
      ],
      exclude: [expect.objectContaining({ all: [{ id: 101, name: '老会员' }] })],
    };
    // Nobody's openid stands in what is shown.
    expect(audience).toEqual(shown);
    expect(await recordOf(id)).toMatchObject({
      of: [tags, {}, { kind: 'openids', openids: ['oX'] }],
    });
    const { rows } = await sql`
      select kind, source from broadcast_source where broadcast_id = ${id} order by kind, source`.execute(
      world.db,
    );
    expect(rows).toEqual([
      { kind: 'tag', source: '101' },
      { kind: 'tag', source: '102' },
      { kind: 'upload', source: uploadId },
    ]);
  });

  it.each<[string, unknown, number, string, string]>([
    ['a kind that is none', { kind: 'x' }, 400, 'invalid_request', 'audience.kind'],
    ['tags without any', { kind: 'tags' }, 400, 'invalid_request', 'audience'],
    ['a tag that is none', { kind: 'tags', all: [{}] }, 400, 'invalid_request', 'audience.all[0]'],
    ['an upload without its id', { kind: 'upload' }, 400, 'invalid_request', 'audience.uploadId'],
    [
      'a member of another kind, in an exclusion',
      { kind: 'all', exclude: [{ kind: 'all', of: [] }] },
      400,
      'invalid_request',
      'audience.exclude[0].of',
    ],
    ['a union of nothing', { kind: 'union', of: [] }, 400, 'invalid_request', 'audience.of'],
    [
      'eleven exclusions',
      { kind: 'all', exclude: Array.from({ length: 11 }, () => ({ kind: 'all' })) },
      400,
      'invalid_request',
      'audience.exclude',
    ],
    [
      'unions in each other without end',
      {
        kind: 'union',
        of: [{ kind: 'union', of: [{ kind: 'union', of: [{ kind: 'all' }] }] }],
      },
      400,
      'invalid_request',
      'audience.of[0].of[0].of[0]',
    ],
    [
      'a state that no delivery has',
      { kind: 'broadcast', broadcastId: newBroadcastId(new Date()), states: ['sent'] },
      400,
      'invalid_request',
      'audience.states[0]',
    ],
    [
      'an upload of another account',
      { kind: 'upload', uploadId: newBroadcastId(new Date()) },
      422,
      'audience_source_not_found',
      'audience.uploadId',
    ],
    [
      'a broadcast that is not there',
      { kind: 'union', of: [{ kind: 'remaining', broadcastId: newBroadcastId(new Date()) }] },
      422,
      'audience_source_not_found',
      'audience.of[0].broadcastId',
    ],
    [
      'a long list beside others',
      {
        kind: 'all',
        exclude: [{ kind: 'openids', openids: Array.from({ length: 1_001 }, (_, i) => `o${i}`) }],
      },
      413,
      'body_too_many',
      '',
    ],
    [
      'a malformed openid beside others',
      { kind: 'union', of: [{ kind: 'openids', openids: ['o A'] }] },
      400,
      'openids_invalid',
      'audience.of[0].openids[0]',
    ],
    [
      'everybody less everybody',
      { kind: 'all', exclude: [{ kind: 'all' }] },
      422,
      'audience_empty',
      '',
    ],
    [
      'those who granted, of a service account',
      { kind: 'union', of: [{ kind: 'all' }, { kind: 'granted' }] },
      422,
      'audience_not_for_channel',
      'audience.kind',
    ],
  ])(
    'a broadcast to %s is refused by name, and nothing is stored',
    async (_, audience, status, code, path) => {
      const answer = await post(audience);
      expect(answer).toMatchObject({ status, json: { code } });
      const { errors = [] } = answer.json as { errors?: { path: string }[] };
      if (path !== '') expect(errors.map((error) => error.path)).toContain(path);
      expect(
        await world.db
          .selectFrom('broadcast')
          .select('id')
          .where('accountId', '=', account.id)
          .execute(),
      ).toEqual([]);
    },
  );

  it('tags that were never read, and tags that were read too long ago, are refused with what to do', async () => {
    await tag(101, '从未', { age: null });
    await tag(102, '昨天', { openids: ['oA'], age: '1 day' });
    expect(await post({ kind: 'tags', any: [101] })).toMatchObject({
      status: 409,
      json: { code: 'tags_not_synced', errors: [{ path: 'audience.any[0]' }] },
    });
    expect(await post({ kind: 'tags', any: [102], maxAgeMinutes: 60 })).toMatchObject({
      status: 409,
      json: { code: 'tags_too_old' },
    });
    expect((await post({ kind: 'tags', any: [102] })).status).toBe(202);
  });

  it('a list that is not imported, or not kept any more, is refused, and so is a broadcast that is', async () => {
    const uploadId = await upload([], 'importing');
    expect(await post({ kind: 'upload', uploadId })).toMatchObject({
      status: 409,
      json: { code: 'upload_not_ready' },
    });
    await sql`update upload set state = 'ready', purged_at = clock_now() where id = ${uploadId}`.execute(
      world.db,
    );
    expect(await post({ kind: 'upload', uploadId })).toMatchObject({
      status: 409,
      json: { code: 'audience_gone' },
    });
    const open = await world.broadcast(account, {}, { expanded: false });
    const asked = { kind: 'broadcast', broadcastId: open };
    expect(await post(asked)).toMatchObject({
      status: 409,
      json: { code: 'audience_broadcast_open' },
    });
    await sql`update broadcast set purged_at = clock_now() where id = ${open}`.execute(world.db);
    expect(await post(asked)).toMatchObject({ status: 409, json: { code: 'audience_purged' } });
  });

  it('a list that a broadcast is about to be read from cannot be deleted, and can once that is cancelled', async () => {
    const uploadId = await upload(['oA']);
    const { id } = await create({ kind: 'upload', uploadId });
    const listed = async () =>
      (await sql`select from broadcast_source where broadcast_id = ${id}`.execute(world.db)).rows
        .length;
    expect(await listed()).toBe(1);
    expect((await world.post(`/v1/broadcasts/${id}/cancel`)).status).toBe(200);
    expect(await listed()).toBe(0);
  });

  it('a draft keeps an audience that cannot be read yet as it was given, and starts once it can', async () => {
    const audience = { kind: 'union', of: [{ kind: 'all' }, { kind: 'tags', any: ['新'] }] };
    const { id, faults } = await create(audience, { draft: true });
    expect(faults).toMatchObject([{ path: 'audience.of[1].any[0]', code: 'tag_not_found' }]);
    await tag(103, '新', { openids: ['oA'] });
    const { status, text } = await world.post(`/v1/broadcasts/${id}/start`);
    expect({ status, text }).toMatchObject({ status: 200 });
    expect(await recordOf(id)).toMatchObject({
      kind: 'union',
      of: [{ kind: 'all' }, { kind: 'tags', any: [{ id: 103, name: '新' }] }],
    });
  });

  it('a draft is looked up once more at its start: a list that was deleted since is a fault', async () => {
    const uploadId = await upload(['oA']);
    const { id, faults } = await create({ kind: 'upload', uploadId }, { draft: true });
    expect(faults).toEqual([]);
    await sql`update upload set removed_at = clock_now() where id = ${uploadId}`.execute(world.db);
    expect(await world.post(`/v1/broadcasts/${id}/start`)).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'audience.uploadId', code: 'audience_source_not_found' }] },
    });
  });

  it('those who remain are whoever has no row of the broadcast, and whose row was cancelled', async () => {
    const earlier = await world.broadcast(account, { oA: { state: 'accepted' } });
    const asked = { kind: 'remaining', broadcastId: earlier };
    expect(await post(asked)).toMatchObject({
      status: 409,
      json: { code: 'audience_broadcast_open' },
    });
    await sql`update broadcast set state = 'cancelled', ended_at = clock_now() where id = ${earlier}`.execute(
      world.db,
    );
    const { audience } = await create(asked);
    expect(audience).toEqual({ kind: 'remaining', broadcastId: earlier, of: { kind: 'all' } });
  });

  it('a list of openids may have exclusions, and its people stay in their own table', async () => {
    const { id, audience } = await create({
      kind: 'openids',
      openids: ['oA', 'oB'],
      exclude: [{ kind: 'openids', openids: ['oB'] }],
    });
    expect(audience).toEqual({
      kind: 'openids',
      count: 2,
      duplicates: 0,
      exclude: [{ kind: 'openids', count: 1, duplicates: 0 }],
    });
    const members = await world.db
      .selectFrom('broadcastMember')
      .select('openid')
      .where('broadcastId', '=', id)
      .execute();
    expect(members).toHaveLength(2);
  });
});
