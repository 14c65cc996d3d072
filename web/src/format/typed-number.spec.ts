import { typedNumber } from './typed-number';

describe('what is typed into a field for a number', () => {
  const days = { least: 1, most: 3_650 };

  it.each([
    ['', null],
    ['  ', null],
    ['30', 30],
    ['３０', 30],
    ['1,000', 1_000],
  ])('what is typed for a number is a number, or nothing: %j', (text, value) => {
    expect(typedNumber(text, days)).toEqual({ value });
  });

  it.each([
    ['30天', 'notCount'],
    ['30 d', 'notCount'],
    ['三十', 'notCount'],
    ['1.5', 'notCount'],
    ['0', 'tooSmall'],
    ['-5', 'tooSmall'],
    ['－５', 'tooSmall'],
    ['3651', 'tooLarge'],
    ['99999999999999999', 'tooLarge'],
  ])(
    'what is typed for a number and is none is told so, and never taken for nothing: %j',
    (text, fault) => {
      expect(typedNumber(text, days)).toEqual({ fault });
    },
  );
});
