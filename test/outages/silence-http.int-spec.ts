import { SendingConfig, WechatConfig } from '../../src/config/config.js';
import { ProxyConfig } from '../../src/config/proxy-config.js';
import { ExternalToken } from '../../src/token/source/external-token.js';
import { FaultFound } from '../../src/token/store/token.errors.js';
import { PretendedWechats } from '../../src/wechat/pretended-wechats.js';
import { WechatTransport } from '../../src/wechat/wechat.transport.js';
import { ok, RawWechat } from '../support/wechat/raw-wechat.js';
import { until } from '../support/stores/redis-process.js';
import { SilentProxy } from '../support/stores/silent-proxy.js';

const TOKEN = '{"access_token":"TOKEN","expires_in":7200}';

/** Whoever we call takes what we say and answers nothing, or stops in the middle of it; no connection is closed. */
const ACCOUNT = { appid: 'wx0123456789abcdef', apiBase: null };

describe.each([
  ['before it answers', ''],
  ['in the middle of its answer', ok('{"errc', 20)],
])('a server that falls silent %s', (when, begun) => {
  let server: RawWechat;
  let proxy: SilentProxy;
  let origin: string;

  beforeEach(async () => {
    server = new RawWechat();
    await server.listen();
    proxy = await SilentProxy.open(() => Number(new URL(server.origin).port));
    origin = proxy.inFrontOf(server.origin).replace(/\/$/, '');
    server.answer = (socket) => socket.write(ok(TOKEN));
  });
  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  /** Over a connection that has served before. */
  const silent = (): void => {
    server.answer = (socket) => {
      if (begun !== '') socket.write(begun);
      setTimeout(() => proxy.silence(), 100);
    };
  };
  const speak = async (): Promise<void> => {
    await until('silent connections to be left', () => Promise.resolve(proxy.held === 0));
    proxy.speak();
    server.answer = (socket) => socket.write(ok(TOKEN));
  };

  it(`a server that falls silent ${when} leaves a send in doubt, and the next one goes over another connection`, async () => {
    const wechat = new WechatConfig(origin, true);
    const transport = new WechatTransport(
      wechat,
      new SendingConfig(4, 1000),
      new ProxyConfig(),
      new PretendedWechats(),
    );
    const send = () => transport.exchange(ACCOUNT, { path: '/send', body: '{}' });
    await send();

    silent();
    await expect(send()).rejects.toMatchObject({ name: 'WechatUnreachable', sent: 'maybe' });
    await speak();
    await send();
    expect(server.requests).toHaveLength(3);
    await transport.onApplicationShutdown();
  });

  it(`a server that falls silent ${when} leaves an external token address unavailable, which is no fault of the account`, async () => {
    const external = new ExternalToken(new WechatConfig(origin, true), new ProxyConfig());
    const fetch = () => external.fetch(`${origin}/token`, undefined);
    await fetch();

    silent();
    const failure = await fetch().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TimeoutError' });
    expect(failure).not.toBeInstanceOf(FaultFound);
    await speak();
    await expect(fetch()).resolves.toMatchObject({ accessToken: 'TOKEN' });
    await external.onApplicationShutdown();
  });
});
