import pg from 'pg';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { AccountsApiModule, PacingApiModule } from '../../support/worlds/api-modules.js';

const APPID = 'wx0123456789abcdef';
const path = `/v1/accounts/${APPID}/quota/days`;

describe('the quota day by day', () => {
  let api: ApiApp;

  beforeAll(async () => {
    api = await startApi([AccountsApiModule, PacingApiModule]);
    await api.call('POST', '/v1/accounts', {
      appid: APPID,
      secret: 'the-app-secret',
      kind: 'service',
      name: '示例服务号',
      callbackToken: 'CallbackToken1',
      callbackMode: 'plain',
    });
    const db = new pg.Client({ connectionString: api.databaseUrl });
    await db.connect();
    await db.query(`
      insert into quota_day (account_id, day, channel, ours, others, spent_at)
      select id, day::date, channel, ours, others, spent_at::timestamptz from account, (values
        ('2026-11-19', 'template', 700, 30, null),
        ('2026-11-21', 'template', 900, 0, '2026-11-21T10:00:00Z'),
        ('2026-11-21', 'bizsend', 5, 0, null)
      ) as used (day, channel, ours, others, spent_at)`);
    await db.end();
  });
  afterAll(() => api.close());

  it('the quota day by day has every day of the range, and each channel apart', async () => {
    const { json } = await api.call('GET', `${path}?from=2026-11-19&to=2026-11-21`);

    expect(json).toEqual({
      channel: 'template',
      days: [
        { day: '2026-11-19', ours: 700, others: 30, spent: false },
        { day: '2026-11-20', ours: 0, others: 0, spent: false },
        { day: '2026-11-21', ours: 900, others: 0, spent: true },
      ],
    });
    const other = await api.call('GET', `${path}?from=2026-11-21&to=2026-11-21&channel=bizsend`);
    expect(other.json).toMatchObject({ days: [{ ours: 5 }] });
  });

  it('the quota day by day is that of the last seven days where none are named', async () => {
    const { json } = await api.call('GET', path);

    expect((json as { days: unknown[] }).days).toHaveLength(7);
  });

  it.each(['from=2026-11-22&to=2026-11-21', 'from=2026-01-01&to=2026-11-21'])(
    'the quota day by day refuses the range %s',
    async (query) => {
      expect(await api.call('GET', `${path}?${query}`)).toMatchObject({
        status: 400,
        json: { code: 'range_invalid' },
      });
    },
  );

  it('the quota day by day refuses what is no day', async () => {
    expect((await api.call('GET', `${path}?from=2026-02-30`)).status).toBe(400);
  });
});
