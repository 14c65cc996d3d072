import { decide, FAILURE_RATE_THRESHOLDS } from './thresholds.js';

describe('a share that is too much', () => {
  const { wrong_account: wrongAccount, refusals, blocks } = FAILURE_RATE_THRESHOLDS;

  it.each([
    ['too few to tell', refusals, 99, 99, 'waits'],
    ['exactly the limit', refusals, 20, 100, 'waits'],
    ['one more', refusals, 21, 100, 'trips'],
    ['the end of the first thousand', refusals, 200, 1_000, 'is over'],
    ['a look that came late', refusals, 500, 2_400, 'trips'],
    ['receipts that block', blocks, 30, 149, 'trips'],
    ['one stranger in twenty', wrongAccount, 5, 100, 'waits'],
    ['more strangers', wrongAccount, 6, 100, 'trips'],
    ['strangers after a million', wrongAccount, 60_000, 1_000_000, 'trips'],
    ['few strangers after a million', wrongAccount, 40_000, 1_000_000, 'waits'],
  ] as const)('a share that is too much, or not: %s', (_, limit, count, among, verdict) => {
    expect(decide(limit, count, among)).toBe(verdict);
  });
});
