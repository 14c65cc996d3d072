import { LOGIN_PATTERN } from '../record/operator.js';
import { freeLogins } from './free-logins.js';
import { identityIn } from './identity.js';

const ISSUER = 'https://id.example.com';

describe('an identity', () => {
  it('an identity takes its login from what a person is called by, and its name from what others call them', () => {
    expect(
      identityIn(ISSUER, {
        sub: '7',
        name: '韩梅梅',
        preferred_username: 'han.meimei',
        email: 'han@example.com',
        locale: 'en-US',
      }),
    ).toEqual({ issuer: ISSUER, subject: '7', login: 'han.meimei', name: '韩梅梅', locale: 'en' });
    expect(identityIn(ISSUER, { sub: '7', email: 'han@example.com' })).toMatchObject({
      login: 'han@example.com',
      name: 'han@example.com',
      locale: 'zh',
    });
    expect(identityIn(ISSUER, { sub: '7', name: '韩 梅梅' })).toMatchObject({ login: '韩-梅梅' });
  });

  it('an identity always has a login that fits, whatever its claims hold', () => {
    for (const preferred of ['', ' ', '@', '../x', 'ü', 'a'.repeat(300), '-\u0000-', 7, null, {}]) {
      const identity = identityIn(ISSUER, { sub: '7', preferred_username: preferred });
      for (const login of freeLogins(identity?.login ?? '')) expect(login).toMatch(LOGIN_PATTERN);
      expect(identity?.name).toMatch(/^\P{Cc}{1,100}$/u);
    }
  });

  it('an identity without a subject is none', () => {
    for (const sub of [undefined, '', 7, 'a'.repeat(256)])
      expect(identityIn(ISSUER, { sub, name: 'Han' })).toBeUndefined();
  });
});
