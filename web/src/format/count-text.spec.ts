import { typedCount } from './count-text';

describe('a typed count', () => {
  it.each([
    ['947986', 947_986],
    ['947,986', 947_986],
    ['947，986', 947_986],
    ['９４７９８６', 947_986],
    [' 947 986 ', 947_986],
    ['0', 0],
    ['007', 7],
  ])('a typed count is a number: %j', (text, number) => {
    expect(typedCount(text)).toBe(number);
  });

  it.each(['', ' ', '-1', '1.5', '1e5', '一百', '12人', '1234567890123'])(
    'a typed count is none: %j',
    (text) => {
      expect(typedCount(text)).toBeUndefined();
    },
  );
});
