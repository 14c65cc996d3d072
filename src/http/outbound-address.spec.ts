import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { ProxyConfig } from '../config/proxy-config.js';
import { checkOutboundUrl, OutboundAddressRefused } from './outbound-address.js';
import { OutboundDispatcher } from './outbound-dispatcher.js';

const strict = { allowLoopback: false };
const besideSimulator = { allowLoopback: true };

describe('an address that a customer gave us', () => {
  it.each([
    ['the loopback', 'http://127.0.0.1/hook'],
    ['the loopback, as a name', 'http://localhost:8080/hook'],
    ['the loopback, as one number', 'http://2130706433/'],
    ['the loopback, in hex', 'http://0x7f.1/'],
    ['the loopback, in IPv6', 'http://[::1]/'],
    ['the loopback, IPv4 in IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['this host', 'http://0.0.0.0/'],
    ['a private network', 'http://10.1.2.3/'],
    ['a private network', 'https://172.16.0.1/'],
    ['a private network', 'https://192.168.1.1/'],
    ['a unique local address', 'http://[fd00:ec2::254]/'],
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['cloud metadata behind carrier-grade NAT', 'http://100.100.100.200/'],
    ['cloud metadata on a public address', 'http://168.63.129.16/'],
    ['IPv4 through NAT64', 'http://[64:ff9b::a01:203]/'],
    ['IPv4 through 6to4', 'http://[2002:7f00:1::]/'],
    ['multicast', 'http://224.0.0.1/'],
    ['IPv4 in IPv6, the old way', 'http://[::10.1.2.3]/'],
    ['IPv4 through a network’s own NAT64', 'http://[64:ff9b:1::a01:203]/'],
    ['IPv4 through Teredo', 'http://[2001::1]/'],
    ['a site, as it once was', 'http://[fec0::1]/'],
    ['nobody in the public internet', 'http://[4000::1]/'],
    ['segments of a route', 'http://[5f00::1]/'],
    ['documentation', 'http://[3fff::1]/'],
    ['documentation', 'http://[2001:db8::1]/'],
    ['nowhere', 'http://[100::1]/'],
    ['a benchmark', 'http://198.18.0.1/'],
  ])('an address that a customer gave us is refused when it leads to %s: %s', async (_, url) => {
    await expect(checkOutboundUrl(url, strict)).rejects.toThrow(OutboundAddressRefused);
  });

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'example.com',
    '',
    'http://',
    'javascript:1',
  ])('an address that a customer gave us is refused when it is not of the web: %s', async (url) => {
    await expect(checkOutboundUrl(url, strict)).rejects.toThrow('http:// or https://');
  });

  it('an address that a customer gave us is refused with a password in it', async () => {
    await expect(checkOutboundUrl('https://me:pw@8.8.8.8/', strict)).rejects.toThrow('password');
  });

  it('an address that a customer gave us is refused when its name is nobody’s', async () => {
    await expect(checkOutboundUrl('https://nobody.invalid/', strict)).rejects.toThrow(
      'cannot be resolved',
    );
  });

  it('an address that a customer gave us is taken when it is public', async () => {
    const url = await checkOutboundUrl('https://8.8.8.8/hook?x=1', strict);
    expect(url.href).toBe('https://8.8.8.8/hook?x=1');
    await expect(checkOutboundUrl('http://[2606:4700::1111]/', strict)).resolves.toBeInstanceOf(
      URL,
    );
  });

  it('an address that a customer gave us may be on this machine beside the simulator, and still not in its network', async () => {
    await expect(checkOutboundUrl('http://127.0.0.1:1/', besideSimulator)).resolves.toBeDefined();
    await expect(checkOutboundUrl('http://10.0.0.1/', besideSimulator)).rejects.toThrow('10.0.0.1');
  });
});

describe('a call to such an address', () => {
  let server: Server;
  let port: number;
  let calls = 0;

  beforeAll(async () => {
    server = createServer((_, response) => {
      calls++;
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])(
    'a call to such an address does not connect to this machine, whatever was checked before: %s',
    async (host) => {
      const dispatcher = new OutboundDispatcher(strict, new ProxyConfig());
      const before = calls;
      await expect(request(`http://${host}:${port}/`, { dispatcher })).rejects.toThrow(
        'not an address of the public internet',
      );
      expect(calls).toBe(before);
      await dispatcher.close();
    },
  );

  it.each(['127.0.0.1', 'localhost'])(
    'a call to such an address connects beside the simulator: %s',
    async (host) => {
      const dispatcher = new OutboundDispatcher(besideSimulator, new ProxyConfig());
      const { statusCode, body } = await request(`http://${host}:${port}/`, { dispatcher });
      expect([statusCode, await body.text()]).toEqual([200, 'ok']);
      await dispatcher.close();
    },
  );
});
