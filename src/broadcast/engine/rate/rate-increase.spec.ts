import { nextRate } from './rate-increase.js';

describe('the rate of an account', () => {
  it('the rate of an account doubles at first, up to the cap', () => {
    expect(nextRate({ rate: 50, cap: 1_000, backed_off: false }, 0)).toBe(100);
    expect(nextRate({ rate: 800, cap: 1_000, backed_off: false }, 700)).toBe(1_000);
  });

  it('the rate of an account increases by steps after a backoff', () => {
    expect(nextRate({ rate: 100, cap: 1_000, backed_off: true }, 100)).toBe(120);
    expect(nextRate({ rate: 10, cap: 100, backed_off: true }, 10)).toBe(15);
  });

  it('the rate of an account stays where it is while the account sends far less than it may', () => {
    expect(nextRate({ rate: 400, cap: 1_000, backed_off: false }, 100)).toBe(400);
  });

  it('the rate of an account never exceeds the cap', () => {
    expect(nextRate({ rate: 995, cap: 1_000, backed_off: true }, 900)).toBe(1_000);
    expect(nextRate({ rate: 1_000, cap: 1_000, backed_off: false }, 900)).toBe(1_000);
  });
});
