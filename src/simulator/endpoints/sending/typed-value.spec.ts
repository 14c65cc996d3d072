import { faultOfValue } from './typed-value.js';

const HAN_20 = '微'.repeat(20);

describe('a typed value', () => {
  it.each([
    ['thing1', HAN_20],
    ['thing1', '😀'.repeat(20)],
    ['character_string2', 'SF20261121-0001_#'],
    ['time3', '2020-11-23 8:00'],
    ['time3', '2026年11月28日 19:30'],
    ['time3', '09:00:30'],
    ['time3', '2026.11.23 09:00~10:00'],
    ['date4', '2026/11/23'],
    ['date4', '2026-11-23~2026-11-25'],
    ['date4', '2026年12月'],
    ['date4', '12月1日'],
    ['date4', '2026-12 8:00'],
    ['date4', '12-01~12-03'],
    ['time3', '24:00'],
    ['time3', '12月1日 15:01'],
    ['time', '随便'],
    ['constructor1', '随便'],
    ['toString1', '随便'],
    ['__proto__1', '随便'],
    ['amount5', '₩1000'],
    ['amount5', '¥128.00元'],
    ['amount5', '9999999999'],
    ['phone_number6', '+86-400-123-4567'],
    ['car_number7', '粤B12345'],
    ['number8', '12.5'],
    ['letter9', 'abcXYZ'],
    ['symbol10', '--->!'],
    ['name11', '欧阳震华'],
    ['phrase12', '待缴费'],
    ['keyword1', '随便什么都行，多长都行'.repeat(9)],
    ['first', ''],
  ])('a value of %s may be %s', (field, value) => {
    expect(faultOfValue(field, value)).toBeUndefined();
  });

  it.each([
    ['thing1', `${HAN_20}信`],
    ['thing1', '两\n行'],
    ['character_string2', '订单1'],
    ['character_string2', 'x'.repeat(33)],
    ['time3', '明天'],
    ['time3', '2026-11-23'],
    ['time3', '25:00'],
    ['time3', '24:01'],
    ['thing1', '两\u2028行'],
    ['date4', '23.11.2026'],
    ['amount5', '12345678901'],
    ['amount5', '五元'],
    ['phone_number6', '电话 1'],
    ['phone_number6', '1'.repeat(18)],
    ['car_number7', '粤B1234567'],
    ['number8', '1,000'],
    ['letter9', 'a1'],
    ['symbol10', '!!!!!!'],
    ['name11', '一二三四五六七八九十一'],
    ['phrase12', '六个汉字的词'],
    ['phrase12', 'ok'],
  ])('a value of %s may not be %j', (field, value) => {
    expect(faultOfValue(field, value)).toBe('invalid');
  });

  it('a typed value is empty when it is missing or blank', () => {
    expect(faultOfValue('thing1', undefined)).toBe('empty');
    expect(faultOfValue('thing1', ' ')).toBe('empty');
  });

  it('a value of a const field is one of the approved', () => {
    expect(faultOfValue('const3', '预约成功', ['预约成功'])).toBeUndefined();
    expect(faultOfValue('const3', '也许', ['预约成功'])).toBe('invalid');
  });

  it.each(['enum1', 'enum_string2'])(
    'a value of %s is one of the values of its template',
    (field) => {
      expect(faultOfValue(field, '线上', ['线上', '线下'])).toBeUndefined();
      expect(faultOfValue(field, '别处', ['线上', '线下'])).toBe('invalid');
      expect(faultOfValue(field, '', ['线上', '线下'])).toBe('empty');
    },
  );
});
