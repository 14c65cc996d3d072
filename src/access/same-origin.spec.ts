import { isForeign, isSameOrigin } from './same-origin.js';

const PUBLIC_URL = 'https://weicast.example.com';

describe('a request from a page', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://10.0.0.5:3000', host: '10.0.0.5:3000' }],
    [{ origin: PUBLIC_URL, host: 'behind-a-proxy:3000' }],
  ])('a request from a page is ours: %j', (headers) => {
    expect(isSameOrigin(headers, PUBLIC_URL)).toBe(true);
    expect(isForeign(headers, PUBLIC_URL)).toBe(false);
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL }],
    [{ origin: 'https://evil.example', host: '10.0.0.5:3000' }],
    [{ origin: 'null', host: '10.0.0.5:3000' }],
    [{ origin: `${PUBLIC_URL}.evil.example` }],
    [{ origin: 'http://10.0.0.5:4000', host: '10.0.0.5:3000' }],
  ])('a request from a page is foreign: %j', (headers) => {
    expect(isSameOrigin(headers, PUBLIC_URL)).toBe(false);
    expect(isForeign(headers, PUBLIC_URL)).toBe(true);
  });

  it('a request from a page is not ours without a browser’s word, and not foreign either', () => {
    expect(isSameOrigin({ host: 'x' }, PUBLIC_URL)).toBe(false);
    expect(isForeign({ host: 'x' }, undefined)).toBe(false);
  });
});
