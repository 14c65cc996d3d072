import { sql } from 'kysely';
import pg from 'pg';
import { clockOption } from '../../../src/database/dialect.js';
import { HOT_OPTIONS } from '../../../src/database/hot-sql.js';
import {
  HISTORY_OF_OPENID,
  ONE_DELIVERY,
  PROBLEMS,
  SCAN_DELIVERIES,
} from '../../../src/broadcast/deliveries/delivery.statements.js';
import { newBroadcastId } from '../../../src/kernel/ids.js';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

describe('the deliveries of a broadcast', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
  });

  const list = async (id: string, query = '') => {
    const { items } = await world.all(`/v1/broadcasts/${id}/deliveries${query}`);
    return items.map(({ openid, state, errcode }) => [openid, state, errcode]);
  };

  const mixed = () =>
    world.broadcast(account, {
      oA: { state: 'delivered', msgid: '3487542469355618313' },
      oB: { state: 'refused', errcode: 43004, rid: 'rid-b' },
      oC: { state: 'refused', errcode: 40003 },
      oD: { state: 'unknown', errcode: -1 },
      oE: { state: 'unknown' },
      oF: { state: 'blocked' },
      oG: { state: 'pending' },
      oH: { state: 'refused', errcode: 43004 },
      oI: { state: 'delivered', msgid: '3487542469355618399' },
      oJ: { state: 'failed' },
      // A first try that met a refusal, then an acceptance.
      oK: { state: 'pending', errcode: 45011 },
    });

  it.each([1, 3, 200])(
    'the deliveries of a broadcast are listed in the order of openids, %d a page',
    async (limit) => {
      const id = await mixed();
      const openids = (await list(id, `?limit=${limit}`)).map(([openid]) => openid);
      expect(openids).toEqual(['oA', 'oB', 'oC', 'oD', 'oE', 'oF', 'oG', 'oH', 'oI', 'oJ', 'oK']);
    },
  );

  it.each<[string, unknown[][]]>([
    [
      'state=delivered',
      [
        ['oA', 'delivered', null],
        ['oI', 'delivered', null],
      ],
    ],
    [
      'state=pending',
      [
        ['oG', 'pending', null],
        ['oK', 'pending', 45011],
      ],
    ],
    ['state=pending&errcode=45011', [['oK', 'pending', 45011]]],
    [
      'state=refused',
      [
        ['oC', 'refused', 40003],
        ['oB', 'refused', 43004],
        ['oH', 'refused', 43004],
      ],
    ],
    [
      'state=refused&errcode=43004',
      [
        ['oB', 'refused', 43004],
        ['oH', 'refused', 43004],
      ],
    ],
    [
      'state=unknown',
      [
        ['oD', 'unknown', -1],
        ['oE', 'unknown', null],
      ],
    ],
    ['state=blocked', [['oF', 'blocked', null]]],
    ['state=failed', [['oJ', 'failed', null]]],
    ['errcode=-1', [['oD', 'unknown', -1]]],
    ['errcode=40003', [['oC', 'refused', 40003]]],
    ['state=skipped', []],
    ['errcode=1', []],
  ])(
    'the deliveries of a broadcast are found by ?%s, whatever the page',
    async (query, expected) => {
      const id = await mixed();
      for (const limit of [1, 2, 200])
        expect(await list(id, `?${query}&limit=${limit}`)).toEqual(expected);
    },
  );

  it('the deliveries of a broadcast with one errcode are listed over all states in which something ended badly', async () => {
    const id = await world.broadcast(account, {
      oA: { state: 'unknown', errcode: 45009 },
      oB: { state: 'refused', errcode: 45009 },
      oC: { state: 'refused', errcode: 45011 },
      oD: { state: 'refused', errcode: 45009 },
    });
    for (const limit of [1, 2, 200]) {
      const openids = (await list(id, `?errcode=45009&limit=${limit}`)).map(([openid]) => openid);
      expect(openids).toEqual(['oB', 'oD', 'oA']);
    }
  });

  it('the deliveries of a broadcast are listed for their own broadcast only', async () => {
    const id = await world.broadcast(account, { oA: { state: 'refused', errcode: 43004 } });
    await world.broadcast(account, { oB: { state: 'refused', errcode: 43004 } });
    expect((await list(id)).map(([openid]) => openid)).toEqual(['oA']);
    expect((await list(id, '?state=refused')).map(([openid]) => openid)).toEqual(['oA']);
  });

  it('the deliveries of a broadcast say what became of one recipient, msgid to the last digit', async () => {
    const id = await mixed();
    const one = await world.get(`/v1/broadcasts/${id}/deliveries/oA`);
    expect(one).toMatchObject({
      status: 200,
      json: { openid: 'oA', state: 'delivered', msgid: '3487542469355618313', meaning: null },
    });
    const refused = await world.get(`/v1/broadcasts/${id}/deliveries/oB`);
    expect(refused.json).toMatchObject({
      state: 'refused',
      errcode: 43004,
      rid: 'rid-b',
      attempts: 1,
      meaning: { zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/./) },
    });
  });

  it.each(['oZ', 'o:A', 'x'.repeat(80)])(
    'the deliveries of a broadcast know nothing of %s',
    async (openid) => {
      const id = await mixed();
      expect(await world.get(`/v1/broadcasts/${id}/deliveries/${openid}`)).toMatchObject({
        status: 404,
        json: { code: 'delivery_not_found' },
      });
    },
  );

  it.each([
    ['after=o%3AA', 'cursor_invalid'],
    ['state=refused&after=oA', 'cursor_invalid'],
    ['state=refused&after=unknown.-1.oA', 'cursor_invalid'],
    ['state=lost', 'invalid_request'],
    ['errcode=x', 'invalid_request'],
    ['limit=0', 'invalid_request'],
  ])('the deliveries of a broadcast refuse ?%s', async (query, code) => {
    const id = await mixed();
    const answer = await world.get(`/v1/broadcasts/${id}/deliveries?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { code } });
  });

  it('the deliveries of an unknown broadcast are not an empty list', async () => {
    const path = '/v1/broadcasts/01900000-0000-7000-8000-000000000000/deliveries';
    expect((await world.get(path)).status).toBe(404);
    expect((await world.get(`${path}/oA`)).status).toBe(404);
  });

  describe('in their thousands', () => {
    const MANY = 60_000;
    let id: string;
    let hot: pg.Client;

    beforeAll(async () => {
      // As after a fresh expansion: the planner has never seen these rows.
      for (const table of ['delivery', 'delivery_problem']) {
        const { rows } = await sql<{ child: string }>`
          select inhrelid::regclass::text as child from pg_inherits
          where inhparent = ${table}::regclass`.execute(world.db);
        for (const { child } of rows)
          await sql`alter table ${sql.table(child)} set (autovacuum_enabled = off)`.execute(
            world.db,
          );
      }
      const owner = await world.account();
      id = await world.broadcast(owner);
      await sql`
        insert into delivery (broadcast_id, openid, account_id, state, errcode)
        select ${id}::uuid, 'o' || lpad(n::text, 8, '0'), ${owner.id}::integer,
          (case when n = ${MANY} then 'skipped' when n % 3 = 0 then 'refused' else 'delivered' end)::delivery_state,
          case when n % 3 = 0 then 43004 end
        from generate_series(1, ${MANY}::integer) n`.execute(world.db);
      await sql`
        insert into delivery_problem (broadcast_id, state, errcode, openid)
        select broadcast_id, state, errcode, openid from delivery
        where broadcast_id = ${id} and state = 'refused'`.execute(world.db);
      hot = new pg.Client({
        connectionString: world.api.databaseUrl,
        options: `${clockOption(0)} ${HOT_OPTIONS}`,
      });
      await hot.connect();
    });
    afterAll(() => hot.end());

    it('the deliveries of a broadcast in their thousands are searched a stretch at a time: a rare state is found after empty pages', async () => {
      const { items, pages } = await world.all(`/v1/broadcasts/${id}/deliveries?state=skipped`);
      expect(items).toHaveLength(1);
      // The last stretch is full too, so one page more finds that nothing follows it.
      expect(pages).toBe(MANY / 5_000 + 1);
    });

    it('the deliveries of a broadcast in their thousands are listed to the end without a gap', async () => {
      const { items } = await world.all(`/v1/broadcasts/${id}/deliveries?state=refused&limit=200`);
      expect(new Set(items.map(({ openid }) => openid)).size).toBe(MANY / 3 - 1);
    });

    type Value = string | number | null;
    interface Plan {
      readonly 'Node Type': string;
      readonly 'Index Name'?: string;
      readonly 'Relation Name'?: string;
      readonly 'Index Cond'?: string;
      readonly Plans?: readonly Plan[];
    }
    const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
    let explained = 0;
    /** The parts of a plan that read deliveries or their problems, as the hot pool makes it. */
    const scansOf = async (text: string, values: Value[]) => {
      const name = `explained-${++explained}`;
      await hot.query(`prepare "${name}" as ${text}`);
      const literals = values.map((v) => (v === null ? 'null' : pg.escapeLiteral(String(v))));
      const { rows } = await hot.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) execute "${name}"(${literals.join(', ')})`,
      );
      return nodesOf(rows[0]!['QUERY PLAN'][0].Plan).filter((node) =>
        node['Relation Name']?.startsWith('delivery'),
      );
    };

    it.each<[string, { text: string }, () => Value[], string[][]]>([
      [
        'a stretch',
        SCAN_DELIVERIES,
        () => [id, 'o00030000', 51, null, null, 51],
        [['ROW(broadcast_id, openid) > ROW(']],
      ],
      [
        'a rare state',
        SCAN_DELIVERIES,
        () => [id, 'o00030000', 5_000, 'skipped', null, 51],
        [['ROW(broadcast_id, openid) > ROW(']],
      ],
      [
        'problems',
        PROBLEMS,
        () => [id, 'refused', 43004, 'o00030000', 43004, 51],
        [
          ['broadcast_id = ', 'state = ', 'ROW(errcode, openid) > ROW(', 'errcode <= '],
          ['broadcast_id = ', 'openid = '],
        ],
      ],
      ['one delivery', ONE_DELIVERY, () => [id, 'o00030000'], [['broadcast_id = ', 'openid = ']]],
      [
        'a history',
        HISTORY_OF_OPENID,
        () => ['o00030000', 1, newBroadcastId(new Date()), 51],
        [['openid = ', 'broadcast_id < ']],
      ],
    ])(
      'the deliveries of a broadcast in their thousands are read by index with every key bound: %s',
      async (_, { text }, values, bound) => {
        const conditions = (await scansOf(text, values())).map((scan) => scan['Index Cond'] ?? '');

        const binds = (keys: string[]) => (condition: string) =>
          keys.every((key) => condition.includes(key));
        for (const keys of bound) expect(conditions.filter(binds(keys))).not.toHaveLength(0);
        // Nothing is read in any other way.
        expect(
          conditions.filter((condition) => !bound.some((keys) => binds(keys)(condition))),
        ).toEqual([]);
      },
    );
  });
});

describe('the history of an openid', () => {
  let world: BroadcastApiWorld;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());

  it('the history of an openid is what its account sent to it, newest first, and nothing of another account', async () => {
    const mine = await world.account();
    const other = await world.account();
    const first = await world.broadcast(mine, { oA: { state: 'delivered', msgid: '7' } });
    await world.broadcast(mine, { oB: { state: 'delivered' } });
    await world.broadcast(other, { oA: { state: 'blocked' } });
    const second = await world.broadcast(mine, { oA: { state: 'refused', errcode: 43004 } });

    for (const limit of [1, 50]) {
      const { items } = await world.all(
        `/v1/accounts/${mine.appid}/followers/oA/deliveries?limit=${limit}`,
      );
      expect(items).toMatchObject([
        { broadcastId: second, openid: 'oA', state: 'refused', errcode: 43004 },
        { broadcastId: first, openid: 'oA', state: 'delivered', msgid: '7' },
      ]);
    }
  });

  it('the history of an openid is empty for one to whom nothing was sent, and unknown for an unknown account', async () => {
    const { appid } = await world.account();
    expect((await world.get(`/v1/accounts/${appid}/followers/oX/deliveries`)).json).toEqual({
      items: [],
      next: null,
    });
    expect((await world.get('/v1/accounts/wx-nobody/followers/oX/deliveries')).status).toBe(404);
  });
});
