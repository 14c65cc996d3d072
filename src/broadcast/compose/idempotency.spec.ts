import { idempotencyOf } from './idempotency.js';

const hash = async (request: object) =>
  (await idempotencyOf('key', request))?.requestHash.toString('hex');

describe('idempotency', () => {
  it('an Idempotency-Key is not asked for', async () => {
    expect(await idempotencyOf(undefined, {})).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a control character', 'a\u0007'],
    ['beyond ASCII', 'clé'],
  ])('an Idempotency-Key that is %s is refused', async (_, key) => {
    await expect(idempotencyOf(key, {})).rejects.toThrow(
      expect.objectContaining({ code: 'idempotency_key_invalid' }),
    );
  });

  it('an Idempotency-Key of 255 characters is taken', async () => {
    expect(await idempotencyOf('k'.repeat(255), {})).toMatchObject({ key: 'k'.repeat(255) });
  });

  it('an Idempotency-Key knows the same request whatever the order of its members', async () => {
    expect(await hash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(
      await hash({ b: { d: 'x', c: [1, 2] }, a: 1 }),
    );
  });

  it('an Idempotency-Key tells requests apart that differ in a value, a member, or the order of a list', async () => {
    const long = Array.from({ length: 25_000 }, (_, i) => `o${i}`);
    const requests = [
      { long },
      { long: long.with(24_999, 'x') },
      { long: long.toReversed() },
      { a: 1 },
      { a: '1' },
      { a: 1, b: null },
      { a: [1, 2] },
      { a: [2, 1] },
      {},
    ];
    expect(new Set(await Promise.all(requests.map(hash))).size).toBe(requests.length);
  });
});
