import { numberIn } from './number-text';

describe('a number of a draft', () => {
  it('a number of a draft is the count that stands there, zero too', () => {
    expect(numberIn('1,000')).toBe(1_000);
    expect(numberIn('0')).toBe(0);
  });

  it('a number of a draft is what was typed where that is no count: never another number', () => {
    expect(numberIn('12x ')).toBe('12x');
    expect(numberIn('')).toBe('');
  });
});
