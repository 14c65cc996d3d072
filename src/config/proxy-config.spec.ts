import { readProxy } from './proxy-address.js';
import { ProxyConfig } from './proxy-config.js';

const https = { origin: 'http://secure.proxy' };
const http = { origin: 'http://plain.proxy' };
const wechat = { origin: 'http://wechat.proxy' };
const through = (url: string, ...exceptions: string[]) =>
  new ProxyConfig(undefined, https, http, exceptions).of(new URL(url));

describe('the proxy of an address', () => {
  it('the proxy of an address is that of its scheme', () => {
    expect(through('https://a.example/')).toBe(https);
    expect(through('http://a.example/')).toBe(http);
    expect(new ProxyConfig(undefined, https).of(new URL('http://a.example/'))).toBeUndefined();
  });

  it.each(['http://127.0.0.1:1/', 'https://localhost/', 'http://[::1]/', 'http://a.localhost/'])(
    'the proxy of an address is none on this machine: %s',
    (url) => {
      expect(through(url)).toBeUndefined();
    },
  );

  it.each([
    ['https://a.example/', 'a.example'],
    ['https://b.a.example/', 'a.example'],
    ['https://b.a.example/', '.a.example'],
    ['https://b.a.example/', '*.a.example'],
    ['https://A.example./', 'a.EXAMPLE'],
    ['https://a.example/', 'other', '*'],
    ['https://a.example/', 'a.example:443'],
    ['http://a.example/', 'a.example:80'],
    ['http://10.1.2.3/', '10.0.0.0/8'],
    ['http://10.1.2.3/', '10.1.2.3'],
    ['http://[2001:db8::1]/', '2001:db8::/32'],
    ['http://[2001:db8::1]:8080/', '[2001:db8::1]:8080'],
    ['http://[2001:db8::1]/', '2001:db8::1'],
  ])('the proxy of an address is none for %s, which NO_PROXY names: %s', (url, ...exceptions) => {
    expect(through(url, ...exceptions)).toBeUndefined();
  });

  it.each([
    ['https://nota.example/', 'a.example'],
    ['https://a.example/', 'b.a.example'],
    ['https://a.example/', 'a.example:8443'],
    ['https://11.0.0.1/', '10.0.0.0/8'],
    ['https://a.example/', '10.0.0.0/8'],
  ])('the proxy of an address is there for %s beside %s', (url, exception) => {
    expect(through(url, exception)).toBe(https);
  });

  it('the proxy of an address of WeChat is its own before all others, on this machine too', () => {
    const own = new ProxyConfig(wechat, https, http, ['*']);
    expect(own.ofWechat(new URL('http://127.0.0.1:9600'))).toBe(wechat);
    expect(own.of(new URL('https://a.example'))).toBeUndefined();
    const general = new ProxyConfig(undefined, https);
    expect(general.ofWechat(new URL('https://api.weixin.qq.com'))).toBe(https);
    expect(general.ofWechat(new URL('https://127.0.0.1'))).toBeUndefined();
  });
});

describe('the address of a proxy', () => {
  it.each([
    ['http://proxy.example:3128', { origin: 'http://proxy.example:3128' }],
    ['https://proxy.example/', { origin: 'https://proxy.example' }],
    ['proxy.example:3128', { origin: 'http://proxy.example:3128' }],
    [
      'http://amy:p%40ss%3Aw@proxy:3128',
      {
        origin: 'http://proxy:3128',
        authorization: `Basic ${Buffer.from('amy:p@ss:w').toString('base64')}`,
      },
    ],
  ])('the address of a proxy is read out of %s', (text, address) => {
    expect(readProxy(text)).toEqual(address);
  });

  it.each(['socks5://proxy:1080', 'http://', 'http://proxy/path', 'http://amy:%@proxy', 'a b'])(
    'the address of a proxy is none: %s',
    (text) => {
      expect(readProxy(text)).toBeUndefined();
    },
  );
});
