import fc from 'fast-check';
import { checkFields } from './check-fields.js';
import { unreadIn } from './field-marks.js';
import { type FieldType, fitOf } from './field-rules.js';
import { fieldsOf } from './template-fields.js';

const templateOf = (content: string, place?: Parameters<typeof fieldsOf>[1]) => ({
  fields: fieldsOf(content, place),
  unread: unreadIn(content),
});

const fieldOf = (type: FieldType) =>
  templateOf(`标签：{{${type === 'text' ? 'keyword' : type}1.DATA}}`);

/** The one fault's code, or undefined. */
function faultOf(type: FieldType, value: string): string | undefined {
  const template = fieldOf(type);
  const faults = checkFields(template, { [template.fields[0]?.name ?? '']: value });
  expect(faults.length).toBeLessThanOrEqual(1);
  return faults[0]?.code;
}

const GOOD: Record<FieldType, string[]> = {
  thing: ['活动', '字'.repeat(20), 'a b-1！', '😀'.repeat(20)],
  short_thing: ['活动'],
  character_string: ['A1-_/+=', 'x'.repeat(32), '，。'],
  time: [
    '15:01',
    '8:00',
    '23:59:59',
    '2019年10月1日 15:01',
    '2026-10-01 15:01~2026-10-01 16:00',
    '15:01 ~ 16:00',
    '2024年2月29日15:01',
    '12月1日 15:01',
    '2026年12月 15:01',
    '12-01 15:01~12-02 9:00',
  ],
  date: [
    '2019年10月1日',
    '2026-1-2',
    '2026/01/02',
    '2026.1.2 8:00',
    '2026-01-02~2026-01-03',
    '2026-01-02 8:00~9:00',
    '2026年12月',
    '12月1日',
    '2026-12',
    '12-01',
    '2月29日',
    '2026年12月 15:01',
    '12月1日 15:01:02',
    '2026-12 8:00',
    '12-01 8:00~9:00',
    '12月1日~12月3日',
    '2026年12月~2027年1月',
    '12-01 ~ 12-03',
  ],
  amount: ['100', '¥100.00', '￥1234567890.00', '$5', '€5', '100元', '￥0.01元'],
  phone_number: ['+86-0766-66888866', '(010)1234567', '1'.repeat(17)],
  car_number: ['粤A8Z888挂', 'A12345', '粤', 'x'.repeat(8)],
  const: ['待支付', '字'.repeat(20)],
  number: ['0', '3.14', '9'.repeat(32)],
  letter: ['abcXYZ', 'z'.repeat(32)],
  symbol: ['!', '+-*/=', '，。！？…'],
  name: ['张三', '字'.repeat(10), 'x'.repeat(20), 'Jane Doe', '迪丽热巴·迪力'],
  phrase: ['配送中', '字'.repeat(5)],
  enum: ['甲'],
  enum_string: ['甲'],
  text: ['2020-11-23 8:00', 'x'.repeat(500), '一行\n又一行\t！'],
};

const BAD: [FieldType, string, string][] = [
  ['thing', '字'.repeat(21), 'field_too_long'],
  ['thing', '😀'.repeat(21), 'field_too_long'],
  ['thing', '一\n二', 'field_bad_characters'],
  ['thing', 'a\u2028b', 'field_bad_characters'],
  ['thing', 'a\u007Fb', 'field_bad_characters'],
  ['thing', 'a\uD800', 'field_bad_characters'],
  ['thing', '', 'field_empty'],
  ['thing', ' \u3000', 'field_empty'],
  ['character_string', 'x'.repeat(33), 'field_too_long'],
  ['character_string', '订单1', 'field_bad_characters'],
  ['time', '25:00', 'field_bad_time'],
  ['time', '24:01', 'field_bad_time'],
  ['time', '8点', 'field_bad_time'],
  ['time', '15:60', 'field_bad_time'],
  ['time', '明天', 'field_bad_time'],
  ['time', '15:01-16:00', 'field_bad_time'],
  ['time', '15:01~16:00~17:00', 'field_bad_time'],
  ['time', '15:01~', 'field_bad_time'],
  ['date', '15:01', 'field_bad_date'],
  ['date', '2026', 'field_bad_date'],
  ['date', '下周一', 'field_bad_date'],
  ['date', '2026-01-02~2026-01-03~2026-01-04', 'field_bad_date'],
  ['amount', '12345678901', 'field_bad_amount'],
  ['amount', '1,000', 'field_bad_amount'],
  ['amount', '¥¥1', 'field_bad_amount'],
  ['amount', '-1', 'field_bad_amount'],
  ['amount', '1.', 'field_bad_amount'],
  ['phone_number', '1'.repeat(18), 'field_too_long'],
  ['phone_number', '电话123', 'field_bad_characters'],
  ['phone_number', '123abc', 'field_bad_characters'],
  ['car_number', '粤A8Z8888挂', 'field_too_long'],
  ['car_number', 'A粤8', 'field_bad_characters'],
  ['const', '字'.repeat(21), 'field_too_long'],
  ['number', '9'.repeat(33), 'field_too_long'],
  ['letter', 'a1', 'field_bad_characters'],
  ['letter', 'z'.repeat(33), 'field_too_long'],
  ['symbol', '！'.repeat(6), 'field_too_long'],
  ['symbol', 'a', 'field_bad_characters'],
  ['name', '字'.repeat(11), 'field_too_long'],
  ['name', `张${'x'.repeat(10)}`, 'field_too_long'],
  ['name', 'x'.repeat(21), 'field_too_long'],
  ['name', '张3', 'field_bad_characters'],
  ['phrase', '字'.repeat(6), 'field_too_long'],
  ['phrase', '配送a', 'field_bad_characters'],
  ['text', '', 'field_empty'],
  ['text', 'a\0b', 'field_bad_characters'],
];

/** WeChat's words leave open whether it takes these. */
const DOUBTFUL: [FieldType, string][] = [
  ['time', '24:00'],
  ['time', '2026-12-01 24:00:00'],
  ['time', '2019年10月1日'],
  ['time', '2019-10-1 15：01'],
  ['time', '2019-10-1115:01'],
  ['time', '2026-02-30 15:01'],
  ['date', '2023年2月29日'],
  ['date', '2026-13-01'],
  ['date', '2026-01/02'],
  ['date', '2026/12'],
  ['date', '12.01'],
  ['date', '2026-01-02~9:00'],
  ['date', '12月1日  \u300024:00'],
  ['amount', '¥ 100'],
  ['amount', 'HK$100'],
  ['amount', '100美元'],
  ['amount', '１００'],
  ['phone_number', '１２３４５'],
  ['car_number', '粤B·12345'],
  ['car_number', '粤B 12345'],
  ['number', '-1'],
  ['number', '１'],
  ['number', '.5'],
  ['number', `${'9'.repeat(31)}.9`],
  ['letter', 'é'],
  ['symbol', '❤️'],
  ['name', '张２'],
  ['thing', '👨‍👩‍👧‍👦'.repeat(20)],
  ['name', '👍🏽'.repeat(20)],
];

describe('check-fields', () => {
  const fields = templateOf('方式：{{enum_string2.DATA}}', {
    enums: { enum_string2: ['线上', '线下'] },
  });

  it('a field whose values are listed takes each of them', () => {
    for (const value of ['线上', '线下'])
      expect(checkFields(fields, { enum_string2: value })).toEqual([]);
  });

  it('a field whose values are listed takes nothing else, and says what there is', () => {
    expect(checkFields(fields, { enum_string2: '电话' })).toEqual([
      {
        path: 'fields.enum_string2',
        code: 'field_not_listed',
        message: expect.objectContaining({
          zh: expect.stringMatching(/方式.*线上、线下/),
          en: expect.stringContaining('must be one of'),
          params: { name: 'enum_string2', listed: '线上、线下' },
        }),
      },
    ]);
  });
});

describe('check-fields', () => {
  it.each(
    Object.entries(GOOD).flatMap(([type, values]) => values.map((value) => [type, value] as const)),
  )('a value of type %s may be %j', (type, value) =>
    expect(faultOf(type as FieldType, value)).toBeUndefined(),
  );

  it.each(
    Object.entries(GOOD).flatMap(([type, values]) => values.map((value) => [type, value] as const)),
  )('a value of type %s that is %j fits by WeChat’s words', (type, value) =>
    expect(fitOf(type as FieldType, value)).toBe('fits'),
  );

  it.each(DOUBTFUL)(
    'a value of type %s that is %j goes ahead, and nobody says that it fits',
    (type, value) => {
      expect(faultOf(type, value)).toBeUndefined();
      expect(fitOf(type, value)).toBe('may-fit');
    },
  );

  it.each(BAD)('a value of type %s may not be %j: %s', (type, value, code) => {
    expect(faultOf(type, value)).toBe(code);
  });

  it('a value that is too long is answered with the limit and its length, in both languages', () => {
    const [fault] = checkFields(templateOf('活动：{{thing1.DATA}}'), { thing1: '字'.repeat(21) });
    expect(fault).toMatchObject({ path: 'fields.thing1', code: 'field_too_long' });
    expect(fault?.message.zh).toMatch(/thing1（活动） 最多 20 个字符，现有 21 个/);
    expect(fault?.message.en).toMatch(/thing1 takes at most 20 characters, this value has 21/);
    expect(fault?.message.params).toEqual({ limit: 20, length: 21, name: 'thing1' });
  });

  it('a value that is no text is refused, whatever the caller was told to send', () => {
    const values = { thing1: 5 } as unknown as Record<string, string>;
    expect(checkFields(fieldOf('thing'), values)).toMatchObject([{ code: 'field_not_text' }]);
  });

  it('a value is counted in code points, whatever characters it is made of', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'binary', minLength: 1, maxLength: 40 })
          .filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text) && text.trim() !== ''),
        (text) => {
          const least = [...new Intl.Segmenter('zh').segment(text)].length;
          expect(faultOf('thing', text)).toBe(least > 20 ? 'field_too_long' : undefined);
          expect(fitOf('thing', text) === 'fits').toBe([...text].length <= 20);
        },
      ),
    );
  });

  it('a value of every time of every day is a time, and after every date too', () => {
    const instants = fc.date({
      min: new Date('1900-01-01'),
      max: new Date('2999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.constantFrom('-', '/', '.'), (instant, mark) => {
        const [date = '', clock = ''] = instant.toISOString().split('T');
        const time = clock.slice(0, 5);
        const written = date.replaceAll('-', mark);
        expect(faultOf('time', time)).toBeUndefined();
        expect(faultOf('date', written)).toBeUndefined();
        expect(faultOf('time', `${written} ${time}`)).toBeUndefined();
        expect(faultOf('date', `${written} ${time}~${time}`)).toBeUndefined();
      }),
    );
  });

  it('a value of any kind gets an answer and never a crash', () => {
    const types = Object.keys(GOOD) as FieldType[];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.string({ unit: 'binary' }), (type, value) => {
        expect(faultOf(type, value) ?? 'field_none').toMatch(/^field_[a-z_]+$/);
      }),
    );
  });
});

describe('check-fields', () => {
  const fields = templateOf(
    '{{first.DATA}}\n名称：{{thing1.DATA}}\n时间：{{time2.DATA}}\n{{remark.DATA}}',
  );

  it('the fields of a message must all be there, those apart that WeChat does not show', () => {
    expect(checkFields(fields, { thing1: '甲' })).toEqual([
      {
        path: 'fields.time2',
        code: 'field_missing',
        message: expect.objectContaining({ zh: expect.stringContaining('缺少 time2（时间）') }),
      },
    ]);
    expect(checkFields(fields, { thing1: '甲', time2: '8:00' })).toEqual([]);
  });

  it('the fields of a message that WeChat does not show are checked when given', () => {
    const faults = checkFields(fields, { first: '', thing1: '甲', time2: '8:00', remark: '好' });
    expect(faults).toMatchObject([{ path: 'fields.first', code: 'field_empty' }]);
  });

  it('the fields of a message must be the template’s: an unknown name is answered with those it has', () => {
    const faults = checkFields(fields, { thing1: '甲', time2: '8:00', thing9: 'x' });
    expect(faults).toMatchObject([{ path: 'fields.thing9', code: 'field_unknown' }]);
    expect(faults[0]?.message.en).toContain('first, thing1, time2, remark');
  });

  it('the fields of a message are not confused with what every object inherits', () => {
    const inherited = templateOf('{{toString.DATA}}');
    expect(checkFields(inherited, {})).toMatchObject([{ code: 'field_missing' }]);
    const values = JSON.parse('{"thing1":"甲","time2":"8:00","__proto__":"x"}') as Record<
      string,
      string
    >;
    expect(checkFields(fields, values)).toMatchObject([{ code: 'field_unknown' }]);
  });

  it('the fields of a message may name what is no mark, and are then any text', () => {
    const odd = templateOf('名称：{{thing1.DATA}}\n日期：{{date2.data}}');
    expect(checkFields(odd, { thing1: '甲' })).toEqual([]);
    expect(checkFields(odd, { thing1: '甲', date2: '杭州' })).toEqual([]);
    expect(checkFields(odd, { thing1: '甲', date2: ' ' })).toMatchObject([{ code: 'field_empty' }]);
    expect(checkFields(odd, { thing1: '甲', data: 'x' })).toMatchObject([
      { code: 'field_unknown' },
    ]);
  });

  it('the fields of a message of WeChat’s test account are free names, whatever they look like', () => {
    const content = '城市：{{date3.DATA}}\n电话：{{phone_number4.DATA}}';
    const values = { date3: '杭州', phone_number4: '没有' };
    expect(checkFields(templateOf(content), values)).toMatchObject([
      { code: 'field_bad_date' },
      { code: 'field_bad_characters' },
    ]);
    expect(checkFields(templateOf(content, { testAccount: true }), values)).toEqual([]);
    const subscription = { testAccount: true, family: 'subscription' } as const;
    expect(checkFields(templateOf(content, subscription), values)).toHaveLength(2);
  });

  it('the fields of a message show every fault at once', () => {
    const codes = checkFields(fields, { thing1: '字'.repeat(21), x: '' }).map(({ code }) => code);
    expect(codes).toEqual(['field_too_long', 'field_missing', 'field_unknown']);
  });
});
