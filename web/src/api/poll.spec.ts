import { askAgainIn } from './poll';

it('what moves is asked for every two seconds, and less often with each failure in a row', () => {
  expect([0, 1, 2, 3, 9].map((failures) => askAgainIn(true, failures))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000,
  ]);
  expect(askAgainIn(false, 0)).toBe(false);
});
