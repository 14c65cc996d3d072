import { forwardTarget } from './forward.service.js';

describe('the address a push is forwarded to', () => {
  it.each([
    ['https://a.example/wx', 'signature=1&nonce=%E4', 'https://a.example/wx?signature=1&nonce=%E4'],
    ['https://a.example/wx?x=1', 'nonce=2', 'https://a.example/wx?x=1&nonce=2'],
    ['https://a.example/wx#part', 'nonce=2', 'https://a.example/wx?nonce=2'],
    ['https://a.example/wx', '', 'https://a.example/wx'],
  ])('the address a push is forwarded to of %s with %s is %s', (url, query, target) => {
    expect(forwardTarget(url, query)).toBe(target);
  });
});
