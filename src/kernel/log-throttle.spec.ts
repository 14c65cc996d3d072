import { LogThrottle } from './log-throttle.js';

describe('a log throttle', () => {
  it('a log throttle lets a line through at once, then once an interval, and says how many it stands for', () => {
    const throttle = new LogThrottle();
    const standsFor = (now: number): number => throttle.standsFor('refused', now);
    expect(standsFor(0)).toBe(1);
    for (let at = 1; at <= 99; at++) expect(standsFor(at)).toBe(0);
    expect(standsFor(60_000)).toBe(100);
    expect(standsFor(60_001)).toBe(0);
    expect(standsFor(500_000)).toBe(2);
  });

  it('a log throttle counts every kind of line by itself', () => {
    const throttle = new LogThrottle(10_000);
    expect(throttle.due('error', 0)).toBe(true);
    expect(throttle.due('failed', 5_000)).toBe(true);
    expect(throttle.due('error', 9_999)).toBe(false);
    expect(throttle.due('error', 10_000)).toBe(true);
    expect(throttle.due('failed', 10_000)).toBe(false);
  });
});
