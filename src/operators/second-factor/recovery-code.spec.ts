import { hashOfRecoveryCode, newRecoveryCode } from './recovery-code.js';

describe('a recovery code', () => {
  it('a recovery code is read however it was written down', () => {
    const code = newRecoveryCode();
    expect(code).toMatch(/^(?:[\da-hj-km-np-tv-z]{4}-){3}[\da-hj-km-np-tv-z]{4}$/);
    const hash = hashOfRecoveryCode(code);
    expect(hash).toHaveLength(32);
    expect(hashOfRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toEqual(hash);
    expect(hashOfRecoveryCode(code.replaceAll('0', 'O').replaceAll('1', 'l'))).toEqual(hash);
    expect(hashOfRecoveryCode(newRecoveryCode())).not.toEqual(hash);
  });

  it.each(['', '123456', 'uuuu-uuuu-uuuu-uuuu', 'x'.repeat(17), '白日依山尽黄河入海流欲穷千里'])(
    'a recovery code is never "%s"',
    (typed) => {
      expect(hashOfRecoveryCode(typed)).toBeUndefined();
    },
  );
});
