import { WechatRefusal } from '../../wechat/wechat.errors.js';
import { faultOfRefusal } from './token-faults.js';

const refusal = (errcode: number, errmsg: string) =>
  new WechatRefusal('/cgi-bin/stable_token', errcode, errmsg);

describe('the fault of an account whose token is refused', () => {
  it.each([
    [
      'invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 65f1a2b3-0c1d2e3f-4a5b6c7d',
      '1.2.3.4',
    ],
    ['invalid ip 203.0.113.77, not in whitelist hint: [dFcBa0044vr31]', '203.0.113.77'],
    ['invalid ip 2001:db8::17, not in whitelist rid: 65f1a2b3-0c1d2e3f-4a5b6c7d', '2001:db8::17'],
    ['not in whitelist rid: 65f1a2b3-0c1d2e3f-4a5b6c7d', undefined],
    ['', undefined],
  ])('the fault of an account whose token is refused names our address out of %j', (errmsg, ip) => {
    const fault = faultOfRefusal(refusal(40164, errmsg));

    expect(fault.ip).toBe(ip);
    expect(fault.params).toEqual({ errcode: 40164, ...(ip !== undefined && { ip }) });
    expect(fault.message).toContain(ip ?? '');
    expect(fault.message).toMatch(/白名单.*whitelist/);
  });

  it('the fault of an account whose token is refused says in both languages what to do about a wrong secret', () => {
    expect(faultOfRefusal(refusal(40001, 'invalid credential rid: 1-2-3'))).toEqual({
      code: 'token_secret_refused',
      errcode: 40001,
      rid: '1-2-3',
      params: { errcode: 40001 },
      zh: expect.stringMatching(/^AppSecret 错误.*。$/),
      en: expect.stringMatching(/^The AppSecret is wrong/),
      message: expect.stringMatching(/AppSecret 错误.*The AppSecret is wrong/),
    });
  });

  it('the fault of an account whose token is refused has a code of its own for what we do not know', () => {
    expect(faultOfRefusal(refusal(12345, 'x'))).toMatchObject({
      code: 'token_refused',
      errcode: 12345,
    });
  });
});
