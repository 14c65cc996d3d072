import { SendRates } from './send-rates.js';

describe('send-rates', () => {
  it('the rate of a broadcast is not known at the first request', () => {
    expect(new SendRates().observe('b', 500, 0)).toBeUndefined();
  });

  it('the rate of a broadcast is how far its counters moved between two requests', () => {
    const rates = new SendRates();
    rates.observe('b', 100, 0);
    expect(rates.observe('b', 350, 500)?.perSecond).toBe(500);
  });

  it('the rate of a broadcast is not told by two requests at nearly the same time', () => {
    const rates = new SendRates();
    rates.observe('b', 100, 0);
    expect(rates.observe('b', 110, 20)).toBeUndefined();
    expect(rates.observe('b', 300, 1_000)?.perSecond).toBe(200);
  });

  it('the rate of a broadcast follows the last ten seconds, not the whole run', () => {
    const rates = new SendRates();
    for (let second = 0; second <= 20; second++) rates.observe('b', second * 1_000, second * 1_000);
    let rate: number | undefined;
    for (let second = 21; second <= 40; second++)
      rate = rates.observe('b', 20_000, second * 1_000)?.perSecond;
    expect(rate).toBe(0);
  });

  it('the rate of a broadcast reaches back a minute where requests are rare, and no further', () => {
    const rates = new SendRates();
    rates.observe('b', 0, 0);
    expect(rates.observe('b', 3_000, 30_000)?.perSecond).toBe(100);
    expect(rates.observe('b', 9_000, 200_000)).toBeUndefined();
  });

  it('the rate of a broadcast is never negative: a delivery may be sent back to be sent again', () => {
    const rates = new SendRates();
    rates.observe('b', 100, 0);
    expect(rates.observe('b', 90, 1_000)?.perSecond).toBe(0);
  });

  it('the rate of a broadcast keeps broadcasts apart, and forgets those that were asked for longest ago when there are many', () => {
    const rates = new SendRates();
    rates.observe('first', 0, 0);
    for (let i = 0; i < 1_000; i++) rates.observe(`b${i}`, 0, 1_000);
    expect(rates.observe('first', 1_000, 2_000)).toBeUndefined();
    expect(rates.observe('b999', 10, 2_000)?.perSecond).toBe(10);
  });
});
