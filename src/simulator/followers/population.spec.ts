import { natureOf, type Nature } from './population.js';

const SHARES = { left: 0.02, blocking: 0.01, failing: 0.005 };

const census = (count: number): Record<Nature, number> => {
  const counts: Record<Nature, number> = { ordinary: 0, left: 0, blocking: 0, failing: 0 };
  for (let index = 0; index < count; index++) counts[natureOf(index, SHARES)]++;
  return counts;
};

describe('the population of an account', () => {
  it('the population holds each share to within a person or two, however many follow', () => {
    for (const count of [2_000, 10_000, 100_000]) {
      const { left, blocking, failing } = census(count);
      expect(Math.abs(left - count * SHARES.left)).toBeLessThanOrEqual(3);
      expect(Math.abs(blocking - count * SHARES.blocking)).toBeLessThanOrEqual(3);
      expect(Math.abs(failing - count * SHARES.failing)).toBeLessThanOrEqual(3);
    }
  });

  it('the population starts with an ordinary follower', () => {
    expect(natureOf(0, SHARES)).toBe('ordinary');
  });
});
