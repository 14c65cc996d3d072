import { sql } from 'kysely';
import { BroadcastApiWorld, type TestAccount } from '../../support/worlds/broadcast-api-world.js';

interface Told {
  readonly id: string;
  readonly warnings: { path: string; code: string; zh: string; en: string; message: string }[];
}

const ODD = 'tm-odd';
const CONTENT =
  '{{first.DATA}}\n活动：{{thing1.DATA}}\n时间：{{time2.DATA}}\n商品：{{product.DATA}}\n备注：{{Remark.DATA}}\n{{bare.DATA}}\n地点：{{place.data}}';
const FIELDS = {
  first: '好',
  thing1: '秋季😀',
  time2: '2026-12-01 24:00',
  product: `${'长'.repeat(21)}\n`,
  Remark: '甲',
  bare: '乙',
};
const EXPECTED = [
  'templateId mark_unread',
  'fields.product old_style',
  'fields.first not_shown_since_2023',
  'fields.thing1 emoji',
  'fields.time2 value_doubtful',
  'fields.product text_cut',
  'fields.product line_break',
  'fields.Remark looks_not_shown',
  'fields.bare no_label',
];

describe('what a phone will not show', () => {
  let world: BroadcastApiWorld;
  let account: TestAccount;

  beforeAll(async () => {
    world = await BroadcastApiWorld.open();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    account = await world.account();
    await world.inSafeMode(account);
    await sql`
      insert into template (account_id, template_id, title, content, example, primary_industry,
        deputy_industry, changed_at)
      values (${account.id}, ${ODD}, '怪', ${CONTENT}, '', '', '', clock_now())`.execute(world.db);
  });

  const request = (change: object = {}) => ({
    appid: account.appid,
    templateId: ODD,
    fields: FIELDS,
    ...change,
  });
  const told = (json: unknown): string[] =>
    (json as Told).warnings.map(({ path, code }) => `${path} ${code}`);
  const audience = { kind: 'openids', openids: ['oA'] };
  const CREATED = [
    ['a broadcast', '/v1/broadcasts', { audience }],
    ['a draft', '/v1/broadcasts', { audience, draft: true }],
    ['a test', '/v1/broadcasts/test', { openids: ['oA'] }],
    ['a single message', '/v1/messages', { openid: 'oA' }],
  ] as const;

  it.each(CREATED)(
    'what a phone will not show is said in the answer that creates %s, and again when it is asked for twice',
    async (_, path, change) => {
      const headers = { 'idempotency-key': `key-of-${path}-${JSON.stringify(change).length}` };
      const first = await world.post(path, request(change), headers);
      expect(first.status).toBe(202);
      expect(told(first.json)).toEqual(EXPECTED);
      for (const { zh, en, message } of (first.json as Told).warnings) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(message).toBe(`${zh} ${en}`);
      }
      const again = await world.post(path, request(change), headers);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect((again.json as Told).warnings).toEqual((first.json as Told).warnings);
    },
  );

  it('what a phone will not show is said of a broadcast that is looked at or changed, as it is now', async () => {
    const { json } = await world.post('/v1/broadcasts', request({ audience, draft: true }));
    const path = `/v1/broadcasts/${(json as Told).id}`;
    expect(told((await world.get(path)).json)).toEqual(EXPECTED);
    const fields = { ...FIELDS, product: '短', thing1: '秋季' };
    const changed = await world.api.call('PATCH', path, { fields });
    expect(told(changed.json)).not.toContain('fields.product text_cut');
    expect(told(changed.json)).not.toContain('fields.thing1 emoji');
  });

  it('what a phone will not show does not keep a value from a name that is no mark of WeChat’s', async () => {
    const given = await world.post(
      '/v1/broadcasts',
      request({ audience, fields: { ...FIELDS, place: '杭州' } }),
    );
    expect(told(given.json)).toContain('fields.place field_unread');
    const unknown = await world.post(
      '/v1/broadcasts',
      request({ audience, fields: { ...FIELDS, plaice: '杭州' } }),
    );
    expect(unknown).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'fields.plaice', code: 'field_unknown' }] },
    });
  });

  it('what a phone will not show of a test account is judged by no name: a city in a field called date3 is sent', async () => {
    const content = '城市：{{date3.DATA}}\n备注：{{thing4.DATA}}';
    await sql`update template set content = ${content} where account_id = ${account.id}`.execute(
      world.db,
    );
    const fields = { date3: '杭州', thing4: '长'.repeat(30) };
    const refused = await world.post('/v1/broadcasts', request({ audience, fields }));
    expect(refused).toMatchObject({ status: 422, json: { code: 'fields_invalid' } });
    expect(refused.text).not.toContain('would refuse');
    expect((refused.json as { detail: string }).detail).toMatch(/测试号.*testAccount: true/);

    await sql`update account set test_account = true where id = ${account.id}`.execute(world.db);
    const taken = await world.post('/v1/broadcasts', request({ audience, fields }));
    expect(taken.status).toBe(202);
    expect(told(taken.json)).toEqual(['fields.thing4 text_cut']);
  });

  it.each(CREATED)(
    'what a phone will not show is not all that is said of %s: plain mode proves nothing about receipts, except where there is no other',
    async (_, path, change) => {
      const plain = async () => {
        const { status, json } = await world.post(path, request(change));
        expect(status).toBe(202);
        return (json as Told).warnings.filter(({ code }) => code === 'callback_plain');
      };
      expect(await plain()).toEqual([]);

      await sql`update account set callback_mode = 'plain' where id = ${account.id}`.execute(
        world.db,
      );
      const [warning, ...more] = await plain();
      expect(more).toEqual([]);
      expect(warning).toEqual({
        path: 'appid',
        code: 'callback_plain',
        params: {},
        zh: expect.stringMatching(/明文模式.*安全模式/) as string,
        en: expect.stringMatching(/plain mode.*safe mode/) as string,
        message: `${warning!.zh} ${warning!.en}`,
      });

      await sql`update account set test_account = true where id = ${account.id}`.execute(world.db);
      expect(await plain()).toEqual([]);
    },
  );
});
