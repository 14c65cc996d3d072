import { about, day, moment, toSecond } from './times';

const NOW = new Date('2026-12-01T05:00:00Z');

describe('a time in words', () => {
  it.each([
    ['2026-11-30T16:00:00Z', '00:00'],
    ['2026-11-30T15:59:00Z', '11月30日 23:59'],
    ['2026-12-04T02:00:00Z', '12月4日 10:00'],
    ['2027-01-05T02:00:00Z', '2027-01-05 10:00'],
    ['2025-11-28T11:30:00Z', '2025-11-28 19:30'],
  ])('a time in words says no more than is needed to know which it is: %s', (time, words) => {
    expect(moment(time, NOW)).toBe(words);
  });

  it.each([
    ['2026-12-04T02:00:00Z', '12月4日'],
    ['2027-12-04T02:00:00Z', '2027-12-04'],
  ])('a day in words has its year only where that is another one: %s', (time, words) => {
    expect(day(time, NOW)).toBe(words);
  });

  it.each([
    ['2026-12-01T02:00:05Z', '10:00:05'],
    ['2026-11-30T02:00:05Z', '2026-11-30 10:00:05'],
  ])('to the second says which day it was, where that is not today: %s', (time, words) => {
    expect(toSecond(time, NOW)).toBe(words);
  });

  it.each([
    [8, '8 秒'],
    [61, '1 分 10 秒'],
    [599, '10 分'],
    [2_681, '45 分'],
    [3_540.5, '1 小时'],
    [7_261, '2 小时 2 分'],
    [100_000, '1 天 4 小时'],
  ])('what is to come is told no finer than it is known: %s s', (seconds, words) => {
    expect(about(seconds)).toBe(words);
  });
});
