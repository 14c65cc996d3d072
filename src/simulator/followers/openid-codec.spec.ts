import { OpenidCodec } from './openid-codec.js';

const INDEXES = [0, 1, 2, 9_999, 10_000, 999_999, 0x7fff_ffff];

describe('an openid made from a number', () => {
  const codec = new OpenidCodec('wx0123456789abcdef');

  it('an openid made from a number has the shape of a real one', () => {
    for (const index of INDEXES) expect(codec.openid(index)).toMatch(/^o[A-Za-z0-9_-]{27}$/);
  });

  it('an openid made from a number leads back to it', () => {
    expect(INDEXES.map((index) => codec.index(codec.openid(index)))).toEqual(INDEXES);
  });

  it('no two numbers have the same openid', () => {
    const openids = Array.from({ length: 100_000 }, (_, index) => codec.openid(index));
    expect(new Set(openids).size).toBe(100_000);
  });

  it('an openid is the same in every run, and another for another account', () => {
    expect(new OpenidCodec('wx0123456789abcdef').openid(7)).toBe(codec.openid(7));
    expect(new OpenidCodec('wxfedcba9876543210').openid(7)).not.toBe(codec.openid(7));
  });

  it('an openid is not recognised if a single character differs', () => {
    const openid = codec.openid(42);
    for (let at = 0; at < openid.length; at++) {
      const other = openid[at] === 'A' ? 'B' : 'A';
      expect(codec.index(openid.slice(0, at) + other + openid.slice(at + 1))).toBeUndefined();
    }
    expect(codec.index('')).toBeUndefined();
    expect(codec.index(`${openid}A`)).toBeUndefined();
    expect(codec.index('微'.repeat(28))).toBeUndefined();
  });
});
