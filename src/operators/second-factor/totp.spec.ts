import { base32, matchingStep, otpauthUri, stepAt, totp } from './totp.js';

describe('a code of the second step', () => {
  const secret = Buffer.from('12345678901234567890');

  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('a code of the second step is the one of RFC 6238 at second %i', (seconds, code) => {
    expect(totp(secret, stepAt(new Date(seconds * 1000)), 8)).toBe(code);
  });

  const at = new Date('2026-11-30T12:00:00Z');
  const now = stepAt(at);

  it('a code of the second step is good for a step before and after its own, and no further', () => {
    const steps = [-2, -1, 0, 1, 2].map((drift) =>
      matchingStep(secret, totp(secret, now + drift), at, 0),
    );
    expect(steps).toEqual([undefined, now - 1, now, now + 1, undefined]);
  });

  it('a code of the second step is good once: its step and those before it are over', () => {
    expect(matchingStep(secret, totp(secret, now), at, now)).toBeUndefined();
    expect(matchingStep(secret, totp(secret, now - 1), at, now)).toBeUndefined();
    expect(matchingStep(secret, totp(secret, now + 1), at, now)).toBe(now + 1);
  });

  it.each(['', '12345', '1234567', '一二三四五六', 'abcdef'])(
    'a code of the second step is never "%s"',
    (code) => {
      expect(matchingStep(secret, code, at, 0)).toBeUndefined();
    },
  );

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])(
    'a code of the second step has a secret that is spelt as RFC 4648 does: "%s"',
    (plain, text) => {
      expect(base32(Buffer.from(plain))).toBe(text);
    },
  );

  it('a code of the second step is set up by an address that escapes what a login may hold', () => {
    expect(otpauthUri(secret, '李雷@a', 'Weicast 微播')).toBe(
      'otpauth://totp/Weicast%20%E5%BE%AE%E6%92%AD:%E6%9D%8E%E9%9B%B7%40a' +
        '?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Weicast%20%E5%BE%AE%E6%92%AD&algorithm=SHA1&digits=6&period=30',
    );
  });
});
