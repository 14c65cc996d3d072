import { passwordFault } from './password-rules.js';

describe('a new password', () => {
  it.each([
    'correct horse battery',
    '床前明月光疑是地上霜',
    'T7-kf2-qqp-91x',
    'wo zhu zai hai bian',
    'a1b2c3d4e5f6',
  ])('a new password may be "%s"', (password) => {
    expect(passwordFault(password, 'li.lei')).toBeUndefined();
  });

  it.each([
    ['short', /10.*5/],
    ['x'.repeat(257), /256/],
    ['aaaaaaaaaaaa', /guesses/],
    ['1234567890', /guesses/],
    ['Password123!', /guesses/],
    ['admin123456', /guesses/],
    ['123456789123456789', /guesses/],
    ['Woaini5201314', /guesses/],
    ['li.lei2026', /login/],
    ['LiLei12345', /login/],
  ])('a new password is not "%s"', (password, why) => {
    expect(String(passwordFault(password, 'li.lei'))).toMatch(why);
  });

  it('a new password is counted in characters, whatever bytes they have', () => {
    expect(passwordFault('𠮷野家と吉野家は別だよ', 'x')).toBeUndefined();
    expect(String(passwordFault('𠮷𠮷𠮷𠮷𠮷', 'x'))).toMatch(/5/);
  });
});
