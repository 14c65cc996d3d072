import { idempotencyOf } from './idempotency.js';

const hash = (request: object) => idempotencyOf('key', request)?.requestHash.toString('hex');

describe('an Idempotency-Key', () => {
  it('is not asked for', () => {
    expect(idempotencyOf(undefined, {})).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a control character', 'a\u0007'],
    ['beyond ASCII', 'clé'],
  ])('that is %s is refused', (_, key) => {
    expect(() => idempotencyOf(key, {})).toThrow(
      expect.objectContaining({ code: 'idempotency_key_invalid' }),
    );
  });

  it('of 255 characters is taken', () => {
    expect(idempotencyOf('k'.repeat(255), {})).toMatchObject({ key: 'k'.repeat(255) });
  });

  it('knows the same request whatever the order of its members', () => {
    expect(hash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(hash({ b: { d: 'x', c: [1, 2] }, a: 1 }));
  });

  it('tells requests apart that differ in a value, a member, or the order of a list', () => {
    const requests = [{ a: 1 }, { a: '1' }, { a: 1, b: null }, { a: [1, 2] }, { a: [2, 1] }, {}];
    expect(new Set(requests.map(hash)).size).toBe(requests.length);
  });
});
