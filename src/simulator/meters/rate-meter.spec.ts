import { RateMeter } from './rate-meter.js';

const at = (...times: readonly number[]): RateMeter => {
  const meter = new RateMeter();
  times.forEach((time) => meter.tick(time));
  return meter;
};

describe('the rate meter', () => {
  it('the rate meter sees a burst that straddles two seconds of the clock', () => {
    expect(at(800, 850, 900, 1_000, 1_050, 1_100).peak).toBe(6);
  });

  it('the rate meter forgets what is over a second old', () => {
    expect(at(0, 10, 20, 1_000, 1_010).peak).toBe(3);
    expect(at(0, 10, 20, 60_000, 60_010).peak).toBe(3);
  });

  it('the rate meter takes the median over the seconds in which anything happened', () => {
    expect(at(0, 5_000, 5_001, 9_000, 9_001, 9_002).median).toBe(2);
    expect(at().median).toBe(0);
  });
});
