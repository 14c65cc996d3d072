import { bytes, nameOfFile } from './bytes';

it('the size of a file is told in the unit that gives short numbers', () => {
  expect([0, 999, 1_000, 1_440_000, 268_435_456].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.4 MB',
    '268.4 MB',
  ]);
});

it('a list is named as its file, without the ending and what no name may have', () => {
  expect(['双十一 名单.v2.xlsx', ' a\u0000b.csv', '.csv', '会员'].map(nameOfFile)).toEqual([
    '双十一 名单.v2',
    'a b',
    '',
    '会员',
  ]);
});
