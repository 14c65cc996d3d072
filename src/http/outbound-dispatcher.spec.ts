import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { request } from 'undici';
import { ConnectProxy } from '../../test/support/stores/connect-proxy.js';
import { readProxy } from '../config/proxy-address.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { OutboundAddressRefused } from './outbound-address.js';
import { OutboundDispatcher } from './outbound-dispatcher.js';

const strict = { allowLoopback: false };

describe('a customer’s address called through a proxy', () => {
  let server: Server;
  let proxy: ConnectProxy;
  const hosts: (string | undefined)[] = [];
  const dispatchers: OutboundDispatcher[] = [];
  const portOf = (): number => (server.address() as AddressInfo).port;

  beforeEach(async () => {
    server = createServer(({ headers }, response) => {
      hosts.push(headers.host);
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await ConnectProxy.start({ leadsTo: portOf() });
  });
  afterEach(async () => {
    hosts.splice(0);
    for (const dispatcher of dispatchers.splice(0)) await dispatcher.close();
    await proxy.stop();
    server.close();
  });

  const through = (policy = strict, exceptions: string[] = []): OutboundDispatcher => {
    const address = readProxy(proxy.origin);
    const dispatcher = new OutboundDispatcher(
      policy,
      new ProxyConfig(undefined, address, address, exceptions),
    );
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  const get = async (url: string, dispatcher: OutboundDispatcher): Promise<string> =>
    (await request(url, { dispatcher })).body.text();

  it('a customer’s address called through a proxy is reached in a tunnel, plain http too', async () => {
    expect(await get('http://8.8.8.8/hook', through())).toBe('ok');
    expect(proxy.asked).toEqual(['8.8.8.8:80']);
    expect(hosts).toEqual(['8.8.8.8']);
  });

  it.each([
    'http://10.1.2.3/',
    'https://169.254.169.254/latest/',
    'http://[fd00::1]/',
    'http://[64:ff9b::a01:203]/',
    'https://192.168.0.1:8443/',
  ])(
    'a customer’s address called through a proxy is refused where the proxy must not lead: %s',
    async (url) => {
      await expect(get(url, through())).rejects.toThrow(OutboundAddressRefused);
      expect(proxy.asked).toEqual([]);
    },
  );

  it('a customer’s address called through a proxy is told to the proxy as the address that was checked, not as the name', async () => {
    const always = Object.assign(new ProxyConfig(), { of: () => readProxy(proxy.origin) });
    const dispatcher = new OutboundDispatcher({ allowLoopback: true }, always);
    dispatchers.push(dispatcher);

    expect(await get(`http://localhost:${portOf()}/`, dispatcher)).toBe('ok');

    expect(proxy.asked).toEqual([`127.0.0.1:${portOf()}`]);
    expect(hosts).toEqual([`localhost:${portOf()}`]);
  });

  it('a customer’s address called through a proxy is greeted by its name in TLS, though the proxy was told an address', async () => {
    let hello = '';
    const secure = createTcpServer((socket) => {
      socket
        .on('error', () => {})
        .once('data', (chunk) => {
          hello = chunk.toString('latin1');
          socket.destroy();
        });
    }).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const { port } = secure.address() as AddressInfo;
    const always = Object.assign(new ProxyConfig(), { of: () => readProxy(proxy.origin) });
    const dispatcher = new OutboundDispatcher({ allowLoopback: true }, always);
    dispatchers.push(dispatcher);
    await proxy.stop();
    proxy = await ConnectProxy.start();

    await expect(get(`https://localhost:${port}/`, dispatcher)).rejects.toThrow(
      /TLS|socket|ECONNRESET/,
    );

    expect(proxy.asked[0]).toBe(`127.0.0.1:${port}`);
    expect(hello).toContain('localhost');
    secure.close();
  });

  it('a customer’s address called through a proxy is refused through a proxy too where its name leads into a network', async () => {
    const always = Object.assign(new ProxyConfig(), { of: () => readProxy(proxy.origin) });
    const dispatcher = new OutboundDispatcher(strict, always);
    dispatchers.push(dispatcher);
    await expect(get('http://localhost/', dispatcher)).rejects.toThrow('public internet');
    expect(proxy.asked).toEqual([]);
  });

  it('a customer’s address called through a proxy is called directly where NO_PROXY names it, and checked all the same', async () => {
    await expect(get('http://10.1.2.3/', through(strict, ['10.0.0.0/8']))).rejects.toThrow(
      OutboundAddressRefused,
    );
    expect(await get(`http://127.0.0.1:${portOf()}/`, through({ allowLoopback: true }))).toBe('ok');
    expect(proxy.asked).toEqual([]);
  });
});
