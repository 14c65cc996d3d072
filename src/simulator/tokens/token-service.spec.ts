import { Accounts } from '../accounts/accounts.js';
import { SimulatedClock } from '../kernel/simulated-clock.js';
import { TokenService } from './token-service.js';

const open = () => {
  const clock = new SimulatedClock();
  const account = new Accounts(clock, 1, () => {}).put({});
  const service = new TokenService(clock);
  const verdict = (value: string): number => {
    const check = service.check(value);
    return check.kind === 'valid' ? 0 : check.errcode;
  };
  return { clock, account, service, verdict };
};

describe('plain tokens', () => {
  it('a plain token rotates at every call, and the former one works five minutes more', () => {
    const { clock, account, service, verdict } = open();
    const first = service.issuePlain(account).value;
    const second = service.issuePlain(account).value;

    expect(second).not.toBe(first);
    clock.advance(299_000);
    expect([verdict(first), verdict(second)]).toEqual([0, 0]);
    clock.advance(2_000);
    expect([verdict(first), verdict(second)]).toEqual([40001, 0]);
  });

  it('a plain token expires', () => {
    const { clock, account, service, verdict } = open();
    const { value, expiresInSeconds } = service.issuePlain(account);
    expect(expiresInSeconds).toBe(7_200);
    clock.advance(7_200_000);
    expect(verdict(value)).toBe(42001);
  });
});

describe('stable tokens', () => {
  it('a stable token is the same for everybody, with the time that is left', () => {
    const { clock, account, service } = open();
    const first = service.issueStable(account);
    clock.advance(6_000_000);
    const again = service.issueStable(account);

    expect(again.value).toBe(first.value);
    expect(again.expiresInSeconds).toBeLessThanOrEqual(1_200);
  });

  it('a stable token is replaced in its last five minutes, and the old one works to its end', () => {
    const { clock, account, service, verdict } = open();
    const first = service.issueStable(account).value;
    clock.advance(6_901_000);
    const next = service.issueStable(account).value;

    expect(next).not.toBe(first);
    expect([verdict(first), verdict(next)]).toEqual([0, 0]);
  });

  it('plain tokens do not change the stable token', () => {
    const { account, service, verdict } = open();
    const stable = service.issueStable(account).value;
    service.issuePlain(account);
    service.issuePlain(account);
    expect(verdict(stable)).toBe(0);
    expect(service.issueStable(account).value).toBe(stable);
  });

  it('a forced stable token is replaced at once, but not twice in 30 s', () => {
    const { clock, account, service, verdict } = open();
    const first = service.issueStable(account).value;
    const forced = service.forceStable(account)?.value;
    expect(forced).not.toBe(first);
    expect(verdict(first)).toBe(40001);

    expect(service.forceStable(account)?.value).toBe(forced);
    clock.advance(31_000);
    expect(service.forceStable(account)?.value).not.toBe(forced);
  });

  it('a stable token can be forced twenty times a day', () => {
    const { clock, account, service } = open();
    // The test starts with a day in Shanghai, so that twenty forces fit into it.
    const day = 86_400_000;
    clock.setOffset(day - ((Date.now() + 8 * 3_600_000) % day));
    for (let time = 0; time < 20; time++) {
      expect(service.forceStable(account)).toBeDefined();
      clock.advance(31_000);
    }
    expect(service.forceStable(account)).toBeUndefined();
    clock.advance(day);
    expect(service.forceStable(account)).toBeDefined();
  });
});

describe('a token made to expire', () => {
  it('a token made to expire is refused with the ordered code, and a new one is given out', () => {
    const { account, service, verdict } = open();
    const dead = service.issueStable(account).value;
    service.expire(account, 40001);

    expect(verdict(dead)).toBe(40001);
    expect(verdict(service.issueStable(account).value)).toBe(0);
  });

  it('a stuck token is handed out until a new one is forced', () => {
    const { account, service, verdict } = open();
    const dead = service.issueStable(account).value;
    service.expire(account, 40001, true);

    expect(service.issueStable(account).value).toBe(dead);
    expect(verdict(dead)).toBe(40001);
    expect(verdict(service.forceStable(account)?.value ?? '')).toBe(0);
  });
});

describe('a token nobody gave out', () => {
  it('a token that nobody gave out is malformed, unknown or missing', () => {
    const { service, verdict } = open();
    expect(verdict('abc')).toBe(40014);
    expect(verdict('a'.repeat(136))).toBe(40001);
    expect(service.check(null)).toMatchObject({ errcode: 41001 });
  });
});
