import { CALLED_PATHS } from '../../src/wechat/called-paths.js';
import { EventReader } from '../support/api/event-reader.js';
import { ProductWorld } from '../support/worlds/product-world.js';

interface Step {
  readonly id: string;
  readonly state: string;
  readonly fact: { code: string; params: Record<string, unknown>; zh: string; en: string } | null;
  readonly fix: { code: string; params: Record<string, unknown>; zh: string; url?: string } | null;
}

describe('the check of an account', () => {
  let world: ProductWorld;
  let path: string;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' });
    path = `/v1/accounts/${world.appid}`;
  });
  afterAll(() => world.close());
  beforeEach(() =>
    world.expect(201, 'POST', '/v1/accounts', {
      appid: world.appid,
      secret: world.wechat.account().settings.secret,
      kind: 'service',
      name: 'test',
      callbackMode: 'plain',
      callbackToken: 'callbacktoken1',
    }),
  );
  afterEach(() => world.expect(204, 'DELETE', path));

  const read = async (): Promise<Record<string, Step>> => {
    const { json } = await world.expect(200, 'GET', `${path}/check`);
    return Object.fromEntries(json.steps.map((step: Step) => [step.id, step]));
  };
  const states = async () =>
    Object.fromEntries(Object.entries(await read()).map(([id, { state }]) => [id, state]));
  const check = async (): Promise<void> => {
    await world.expect(202, 'POST', `${path}/check`);
    await world.until(async () => {
      const { json } = await world.expect(200, 'GET', `${path}/check`);
      return json.finishedAt !== null;
    }, 'the check to end');
  };
  const turns = (id: string, state: string) =>
    world.until(async () => (await read())[id]?.state === state, `${id} to be ${state}`);
  const connection = async (): Promise<string> =>
    (await world.expect(200, 'GET', path)).json.health.connection.state;

  it('a new account has everything to do; a check does what it can, and the rest waits for people', async () => {
    expect(await connection()).toBe('unconfigured');
    expect(await states()).toEqual({
      whitelist: 'todo',
      token: 'todo',
      handshake: 'waiting',
      push: 'todo',
      templates: 'todo',
      followers: 'todo',
    });

    await check();

    await turns('followers', 'ok');
    expect(await states()).toEqual({
      whitelist: 'ok',
      token: 'ok',
      handshake: 'waiting',
      push: 'todo',
      templates: 'ok',
      followers: 'ok',
    });
    expect(await connection()).toBe('unverified');
    expect((await read())['handshake']).toMatchObject({
      fact: { code: 'public_url_missing' },
      fix: { code: 'set_callback', url: expect.stringContaining('weixin.qq.com') },
    });

    await world.wechat.account().pushes.verify();
    await turns('handshake', 'ok');
    expect((await read())['push']).toMatchObject({
      state: 'waiting',
      fix: { code: 'say_something' },
    });
    await world.wechat.push({ text: '1' });
    await turns('push', 'ok');
    expect(await connection()).toBe('connected');
    const { json } = await world.expect(200, 'GET', `${path}/followers/recent?minutes=10`);
    expect(json.items).toMatchObject([{ openid: world.openid(0), what: 'message' }]);
  });

  it('a check asks for the quota of every path, which the health of the account shows then', async () => {
    const health = async () => (await world.expect(200, 'GET', path)).json.health;
    expect(await health()).toMatchObject({ paths: null, quota: { learnedAt: null } });

    await check();

    const { paths, quota } = await health();
    expect(paths.map((each: { path: string }) => each.path).toSorted()).toEqual(
      [...CALLED_PATHS.service].sort(),
    );
    expect(quota).toMatchObject({ limit: expect.any(Number), learnedAt: expect.any(String) });
  });

  it('a check says which address belongs on the whitelist, and where to click', async () => {
    world.wechat.putAccount({ appid: world.appid, token: { errcode: 40164 } });
    try {
      await check();
    } finally {
      world.wechat.putAccount({ appid: world.appid, token: { errcode: 0 } });
    }

    expect((await read())['whitelist']).toMatchObject({
      state: 'failed',
      fact: { code: 'token_ip_not_allowed', params: { ip: '127.0.0.1' } },
      fix: {
        code: 'add_ip',
        params: { ip: '127.0.0.1' },
        zh: expect.stringContaining('127.0.0.1'),
      },
    });
    expect(await states()).toMatchObject({ token: 'todo', templates: 'todo', followers: 'todo' });
    expect(await connection()).toBe('faulty');
    expect((await world.expect(200, 'GET', path)).json.egress).toMatchObject([{ ip: '127.0.0.1' }]);
  });

  it('a check says that the secret is wrong, in both languages', async () => {
    await world.expect(200, 'PATCH', path, { secret: 'another' });
    await check();

    const { token } = await read();
    expect(token).toMatchObject({ state: 'failed', fix: { code: 'set_secret' } });
    expect(token?.fact?.zh).toMatch(/AppSecret.*[。]$/);
    expect(token?.fact?.en).toMatch(/^[^\u4e00-\u9fff]+$/);
  });

  it('a push with the wrong Token shows, and so does the next good one', async () => {
    const push = (token: string) => {
      const url = `${world.url}/wechat/${world.appid}/callback`;
      world.wechat.putAccount({
        appid: world.appid,
        callback: { url, token },
        receipts: { tries: 1 },
      });
      return world.wechat.push({ text: '1' });
    };
    await push('wrongtoken1');
    await turns('push', 'failed');
    expect((await read())['push']).toMatchObject({ fact: { code: 'callback_token' } });
    expect(await connection()).toBe('faulty');

    await push('callbacktoken1');
    await turns('push', 'ok');
  });

  it('the steps of a check and a fault of the account come by the stream as they change', async () => {
    const reader = await EventReader.open(`${world.url}/v1/events?topics=account:${world.appid}`, {
      authorization: `Bearer ${world.adminKey}`,
    });
    try {
      const step = (id: string, state: string) =>
        reader.until('check', ({ appid, steps }) =>
          (steps as Step[]).some(
            (each) => appid === world.appid && each.id === id && each.state === state,
          ),
        );
      await check();
      await step('followers', 'ok');
      const { data } = await step('templates', 'ok');
      expect(data).toEqual(
        expect.objectContaining({
          appid: world.appid,
          startedAt: expect.any(String) as string,
          steps: expect.arrayContaining([
            expect.objectContaining({ id: 'token', state: 'ok' }),
          ]) as unknown,
        }),
      );

      await world.wechat.account().pushes.verify();
      await step('handshake', 'ok');

      world.wechat.putAccount({ appid: world.appid, token: { errcode: 40125 } });
      await check();
      await step('token', 'failed');
      const told = await reader.until('account', ({ fault }) => fault !== null);
      expect(told.data).toMatchObject({
        appid: world.appid,
        held: false,
        fault: {
          code: 'token_secret_refused',
          params: { errcode: 40125 },
          zh: expect.stringMatching(/。$/) as string,
          en: expect.stringMatching(/^[^\u4e00-\u9fff]+$/) as string,
        },
      });
    } finally {
      world.wechat.putAccount({ appid: world.appid, token: { errcode: 0 } });
      reader.close();
    }
  });

  it('a test account has four steps', async () => {
    await world.expect(200, 'PATCH', path, { testAccount: true });

    expect(Object.keys(await read())).toEqual(['token', 'handshake', 'push', 'templates']);
  });
});
