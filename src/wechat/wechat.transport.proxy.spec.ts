import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { ConnectProxy, type ConnectProxyOptions } from '../../test/support/stores/connect-proxy.js';
import { freePorts } from '../../test/support/stores/free-ports.js';
import { RawWechat } from '../../test/support/wechat/raw-wechat.js';
import { SendingConfig, WechatConfig } from '../config/config.js';
import { readProxy } from '../config/proxy-address.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { WechatUnreachable } from './wechat.errors.js';
import { PretendedWechats } from './pretended-wechats.js';
import { type WechatRequest, WechatTransport } from './wechat.transport.js';

const ACCOUNT = { appid: 'wx0123456789abcdef', apiBase: null };
const SEND: WechatRequest = {
  path: '/cgi-bin/message/template/send',
  query: { access_token: 'S3CRET_TOKEN' },
  body: '{"touser":"o-amy"}',
  timeoutMs: 30_000,
};
const LOGIN = 'amy:p@ss:w0rd';

describe('the transport through a proxy', () => {
  beforeAll(() => Logger.overrideLogger(false));
  let wechat: RawWechat;
  const ends: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    wechat = new RawWechat();
    await wechat.listen();
  });
  afterEach(async () => {
    await wechat.close();
    for (const end of ends.splice(0).toReversed()) await end();
  });

  const proxied = async (options?: ConnectProxyOptions) => {
    const proxy = await ConnectProxy.start(options);
    ends.push(() => proxy.stop());
    return proxy;
  };
  const transportBy = (proxyUrl: string, apiBase = wechat.origin) => {
    const transport = new WechatTransport(
      new WechatConfig(apiBase, true),
      new SendingConfig(4, 1000),
      new ProxyConfig(readProxy(proxyUrl)),
      new PretendedWechats(),
    );
    ends.push(() => transport.onApplicationShutdown());
    return transport;
  };
  const failure = async (transport: WechatTransport, request = SEND) => {
    const outcome = await transport.exchange(ACCOUNT, request).catch((error: unknown) => error);
    if (!(outcome instanceof WechatUnreachable)) throw new Error(inspect(outcome));
    return outcome;
  };

  it('the transport through a proxy asks for one tunnel and uses it again', async () => {
    const proxy = await proxied();
    const transport = transportBy(proxy.origin);

    await transport.exchange(ACCOUNT, SEND);
    await nextTurn(); // undici frees the connection
    await transport.exchange(ACCOUNT, SEND);

    expect(proxy.asked).toEqual([new URL(wechat.origin).host]);
    expect(wechat.requests).toHaveLength(2);
    expect(wechat.requests[0]).toMatch(/^POST \/cgi-bin\/message\/template\/send\?access_token/);
    expect(wechat.requests[0]).not.toMatch(/^proxy-/im);
  });

  it('the transport through a proxy tells the proxy who asks, and nobody else', async () => {
    const proxy = await proxied({ login: LOGIN });
    const [host] = proxy.origin.split('//').slice(1);
    await transportBy(`http://amy:p%40ss%3Aw0rd@${host}`).exchange(ACCOUNT, SEND);
    expect(wechat.requests[0]).not.toMatch(/authorization/i);
  });

  it('the transport through a proxy has sent nothing where the proxy wants another password, and does not show it', async () => {
    const proxy = await proxied({ login: LOGIN });
    const [host] = proxy.origin.split('//').slice(1);
    const error = await failure(transportBy(`http://amy:hunter2@${host}`));

    expect(error).toMatchObject({ sent: 'no', message: expect.stringContaining('407') });
    expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|YW15Omh1bnRlcjI/);
    expect(wechat.requests).toEqual([]);
  });

  it.each<[string, ConnectProxyOptions]>([
    ['refuses the address', { mood: 403 }],
    ['cannot reach WeChat', { mood: 502 }],
    ['hangs up', { mood: 'rude' }],
    ['never says a word', { mood: 'silent' }],
  ])('the transport through a proxy has sent nothing where the proxy %s', async (_, options) => {
    const proxy = await proxied(options);
    const error = await failure(transportBy(proxy.origin));
    expect(error).toMatchObject({ sent: 'no', message: expect.stringContaining(proxy.origin) });
    expect(proxy.asked).not.toEqual([]);
    expect(wechat.requests).toEqual([]);
  });

  it('the transport through a proxy has sent nothing where there is no proxy', async () => {
    const [port = 0] = await freePorts(1);
    const error = await failure(transportBy(`http://127.0.0.1:${port}`));
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.sent).toBe('no');
  });

  it('the transport through a proxy has sent nothing where a listening proxy takes the connection and reads nothing', async () => {
    const taken: Socket[] = [];
    const mute = createServer((socket) => void taken.push(socket.pause().on('error', () => {})));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    ends.push(async () => {
      mute.close();
      for (const socket of taken) socket.destroy(); // reading nothing, it learns of no end
    });
    const { port } = mute.address() as { port: number };
    expect((await failure(transportBy(`http://127.0.0.1:${port}`))).sent).toBe('no');
  });

  it('the transport through a proxy is in doubt where the tunnel ends after the request', async () => {
    const proxy = await proxied();
    wechat.answer = () => void proxy.stop();
    expect((await failure(transportBy(proxy.origin))).sent).toBe('maybe');
    expect(wechat.requests).toHaveLength(1);
  });

  it('the transport through a proxy is in doubt where the tunnel falls silent after the request', async () => {
    const proxy = await proxied();
    wechat.answer = () => {};
    const error = await failure(transportBy(proxy.origin), { ...SEND, timeoutMs: 1_500 });
    expect(error.sent).toBe('maybe');
  });

  it('the transport through a proxy leaves WeChat’s name to the proxy, greets WeChat by it, and offers no HTTP/2', async () => {
    const greetings: Buffer[] = [];
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (hello) => {
          greetings.push(Buffer.from(hello));
          socket.destroy();
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(async () => void server.close());
    const { port } = server.address() as { port: number };
    const proxy = await proxied({ leadsTo: port });

    const error = await failure(transportBy(proxy.origin, 'https://api.weixin.invalid'));

    expect(proxy.asked[0]).toBe('api.weixin.invalid:443');
    const hello = greetings[0]?.toString('latin1');
    expect(hello).toContain('api.weixin.invalid');
    expect(hello).toContain('\u0008http/1.1');
    expect(hello).not.toContain('\u0002h2');
    expect(error.sent).toBe('no');
  });

  it('the transport through a proxy does not take the proxy’s answer for WeChat’s', async () => {
    const proxy = await proxied({ mood: 503 });
    const error = await failure(transportBy(proxy.origin));
    expect(error.sent).toBe('no');
  });

  it('the transport through a proxy finds the proxy again once it is back', async () => {
    const moods: { mood: 'open' | number } = { mood: 503 };
    const proxy = await proxied(moods);
    const transport = transportBy(proxy.origin);
    await failure(transport);
    moods.mood = 'open';
    await transport.exchange(ACCOUNT, SEND);
    expect(wechat.requests).toHaveLength(1);
  });

  it('the transport through a proxy puts the path of the API base before every path, and shows it in no error', async () => {
    const proxy = await proxied();
    const transport = transportBy(proxy.origin, `${wechat.origin}/wechat/api/`);
    await transport.exchange(ACCOUNT, SEND);
    await transport.exchange(ACCOUNT, { path: '/cgi-bin/user/get' });
    expect(wechat.requests.map((request) => request.split(' ')[1])).toEqual([
      '/wechat/api/cgi-bin/message/template/send?access_token=S3CRET_TOKEN',
      '/wechat/api/cgi-bin/user/get',
    ]);
    await proxy.stop();
    expect((await failure(transport)).path).toBe(SEND.path);
  });
});
