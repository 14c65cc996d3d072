import { AchievedRates } from './achieved-rates.js';

describe('the rate that an account achieves', () => {
  const observe = (
    rates: AchievedRates,
    progressed: number,
    latencyMs: number,
    atMs: number,
  ): number => rates.observe(1, [{ id: 'a', progressed }], latencyMs, atMs).perSecond;

  it('the rate that an account achieves follows what its counters say within a few seconds', () => {
    const rates = new AchievedRates();
    let achieved = 0;
    for (let ms = 0; ms <= 5_000; ms += 50) achieved = observe(rates, ms, 100, ms); // 1,000 a second
    expect(achieved).toBeGreaterThan(970);
    expect(achieved).toBeLessThanOrEqual(1_000);
    for (let ms = 5_050; ms <= 10_000; ms += 50) achieved = observe(rates, 5_000, 100, ms);
    expect(achieved).toBeLessThan(30);
  });

  it('the rate that an account achieves is not carried away by one wave of sends that wait long for their answers', () => {
    const rates = new AchievedRates();
    observe(rates, 0, 4_000, 0);
    expect(observe(rates, 200, 4_000, 50)).toBeLessThan(50);
  });

  it('the rate that an account achieves is remembered at its best over a standstill, and forgotten in some seconds', () => {
    const rates = new AchievedRates();
    const best = (progressed: number, ms: number): number =>
      rates.observe(1, [{ id: 'a', progressed }], 100, ms).best;
    for (let ms = 0; ms <= 5_000; ms += 50) best(ms, ms);
    let held = 0;
    for (let ms = 5_050; ms <= 6_500; ms += 50) held = best(5_000, ms);
    expect(held).toBeGreaterThan(700);
    for (let ms = 6_550; ms <= 25_000; ms += 50) held = best(5_000, ms);
    expect(held).toBeLessThan(30);
  });

  it('the rate that an account achieves counts single messages, each for as long as it is open', () => {
    const rates = new AchievedRates();
    let achieved = 0;
    for (let tick = 0; tick <= 200; tick++) {
      const done = { id: `single-${tick}`, progressed: 1 };
      const coming = { id: `single-${tick + 1}`, progressed: 0 };
      achieved = rates.observe(1, [done, coming], 100, tick * 50).perSecond;
    }
    expect(achieved).toBeCloseTo(20, 0);
  });
});
