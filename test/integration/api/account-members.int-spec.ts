import { both } from '../../../src/kernel/bilingual.js';
import { spokenFault } from '../../../src/accounts/spoken-fault.js';
import { AccountFaults } from '../../../src/accounts/account-faults.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { type ApiApp, startApi } from '../../support/worlds/api-app.js';
import { AccountsApiModule } from '../../support/worlds/api-modules.js';

const APPID = 'wx0123456789abcdef';
const complete = {
  appid: APPID,
  secret: 'the-app-secret',
  kind: 'service',
  name: '示例服务号',
  callbackToken: 'CallbackToken1',
  callbackMode: 'plain',
};

describe('the members of an account that its page needs', () => {
  let api: ApiApp;

  beforeAll(async () => {
    api = await startApi([AccountsApiModule], { publicUrl: 'http://weicast.internal:8080' });
  });
  afterAll(() => api.close());
  afterEach(() => api.call('DELETE', path));

  const path = `/v1/accounts/${APPID}`;
  const create = (change: object = {}) =>
    api.call('POST', '/v1/accounts', { ...complete, ...change });
  const change = (body: object) => api.call('PATCH', path, body);

  it('an account has no policy, no labels and a colour of its own until somebody says otherwise', async () => {
    const { json } = await create();

    expect(json).toMatchObject({
      sandbox: false,
      shortName: null,
      labels: [],
      policy: { confirmAbove: null, undoSeconds: 0, sendHours: null, canary: null },
    });
    const { color } = json as { color: number };
    expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(color);
    expect((await api.call('GET', path)).json).toMatchObject({ color });
  });

  it('what is left out of an account’s policy stays, and null is the default again', async () => {
    await create({ policy: { confirmAbove: 5_000, undoSeconds: 30, canary: { percent: 1 } } });

    expect(
      (await change({ policy: { undoSeconds: null, sendHours: { from: '08:00', to: '21:00' } } }))
        .json,
    ).toMatchObject({
      policy: {
        confirmAbove: 5_000,
        undoSeconds: 0,
        sendHours: { from: '08:00', to: '21:00', zone: 'Asia/Shanghai' },
        canary: { percent: 1 },
      },
    });
    expect((await change({ name: '改名' })).json).toMatchObject({
      policy: { canary: { percent: 1 } },
    });
    expect((await change({ policy: { sendHours: null, canary: null } })).json).toMatchObject({
      policy: { sendHours: null, canary: null },
    });
  });

  it.each([
    [{ policy: { approval: { mode: 'always' } } }, 'policy.approval'],
    [{ policy: { undoSeconds: 301 } }, 'policy.undoSeconds'],
    [{ policy: { confirmAbove: -1 } }, 'policy.confirmAbove'],
    [{ policy: { canary: { first: 10, percent: 1 } } }, 'policy.canary'],
    [{ policy: { sendHours: { from: '8', to: '21:00' } } }, 'policy.sendHours.from'],
    [{ policy: null }, 'policy'],
    [{ shortName: '五个字的名' }, 'shortName'],
    [{ color: 8 }, 'color'],
    [{ labels: ['甲', '甲'] }, 'labels'],
    [{ labels: Array.from({ length: 11 }, (_, i) => `l${i}`) }, 'labels'],
    [{ sandbox: true }, 'sandbox'],
    [{ apiBase: 'https://example.com' }, 'apiBase'],
  ])('an account refuses %j at %s', async (body, at) => {
    await create();

    const { status, json } = await change(body);

    expect(status).toBe(400);
    expect(
      (json as { errors: { path: string }[] }).errors.map(({ path: where }) => where),
    ).toContain(at);
  });

  it('no account of WeChat’s is taken under the appid of a sandbox', async () => {
    expect(await create({ appid: 'wx5a4db0c0de000001' })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'appid' }] },
    });
  });

  it('an account tells the URL for WeChat’s console, and why WeChat would not take it', async () => {
    const { json } = await create();

    expect(json).toMatchObject({
      callbackUrl: `http://weicast.internal:8080/wechat/${APPID}/callback`,
      callbackUrlFaults: [
        { code: 'public_url_private', params: { host: 'weicast.internal' } },
        { code: 'public_url_port', params: { port: '8080' } },
        { code: 'public_url_http', zh: expect.any(String), en: expect.any(String) },
      ],
    });
  });

  it('our address as WeChat saw it is told by every account, the latest first', async () => {
    await create();
    const { id } = await api.app.get(AccountsService, { strict: false }).requireAccount(APPID);
    const record = (ip: string) =>
      api.app.get(AccountFaults, { strict: false }).record(id, {
        code: 'token_ip_not_allowed',
        errcode: 40164,
        rid: null,
        ...spokenFault(both('不在名单。', 'not listed')),
        ip,
      });
    await record('203.0.113.7');
    await record('203.0.113.8');
    await record('203.0.113.8');

    const { json } = await api.call('GET', path);

    expect(json).toMatchObject({ egress: [{ ip: '203.0.113.8' }, { ip: '203.0.113.7' }] });
  });
});
