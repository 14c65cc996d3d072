import { isTooFast } from './speed.js';

describe('the most that WeChat may see in a second', () => {
  it.each([
    [100, 146, false],
    [100, 147, true],
    [25, 38, false],
    [25, 39, true],
    [3, 6, false],
    [3, 7, true],
  ])(
    'the most that WeChat may see in a second at %i/s, %i sends in a second are too fast: %s',
    (rate, peak, tooFast) => {
      expect(isTooFast({ rate, peak })).toBe(tooFast);
    },
  );
});
