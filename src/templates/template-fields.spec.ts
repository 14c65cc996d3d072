import { fieldsOf } from './template-fields.js';

const LEGACY =
  '{{first.DATA}}\n讲       师：{{keyword1.DATA}}\n课程名称:{{keyword2.DATA}}\n{{remark.DATA}}';

const SHOWN = { shown: true, reason: null };
const hidden = { shown: false, reason: expect.objectContaining({ code: 'not_shown_since_2023' }) };
const oldStyle = { shown: 'uncertain', reason: expect.objectContaining({ code: 'old_style' }) };

describe('template-fields', () => {
  it('the fields of a template are its marks, typed and limited by the prefix of their names', () => {
    expect(
      fieldsOf('活动名称:{{thing1.DATA}}\n时间:{{time2.DATA}}\n单号:{{character_string3.DATA}}'),
    ).toEqual([
      { name: 'thing1', type: 'thing', limit: 20, values: null, label: '活动名称', ...SHOWN },
      { name: 'time2', type: 'time', limit: null, values: null, label: '时间', ...SHOWN },
      {
        name: 'character_string3',
        type: 'character_string',
        limit: 32,
        values: null,
        label: '单号',
        ...SHOWN,
      },
    ]);
  });

  it('the fields of a template take only what WeChat lists for them', () => {
    const enums = { enum_string2: ['线上', '线下'], gone3: ['x'] };
    expect(fieldsOf('{{thing1.DATA}}\n{{enum_string2.DATA}}', { enums })).toMatchObject([
      { name: 'thing1', values: null },
      { name: 'enum_string2', values: ['线上', '线下'] },
    ]);
  });

  it('the fields of a template take any text in the closed legacy library, where first and remark are not shown', () => {
    expect(fieldsOf(LEGACY)).toEqual([
      { name: 'first', type: 'text', limit: null, values: null, label: '', ...hidden },
      { name: 'keyword1', type: 'text', limit: null, values: null, label: '讲师', ...oldStyle },
      { name: 'keyword2', type: 'text', limit: null, values: null, label: '课程名称', ...oldStyle },
      { name: 'remark', type: 'text', limit: null, values: null, label: '', ...hidden },
    ]);
  });

  it.each(['name', 'time', 'date', 'number', 'keyword1', 'product_id', 'toString1', 'things1'])(
    'the fields of a template are free text when called %s: only a known prefix with a number is a type',
    (name) => expect(fieldsOf(`x：{{${name}.DATA}}`)).toMatchObject([{ name, type: 'text' }]),
  );

  it('the fields of a template are found in spite of white space in the braces, and once each', () => {
    const content =
      '{{ thing1.DATA }}\r\n{ {thing2.DATA} }\n{{thing1.DATA}} {{Thing-3.DATA}} {{thing4}}';
    expect(fieldsOf(content).map(({ name }) => name)).toEqual(['thing1', 'thing2']);
  });

  it('the fields of a template are labelled by what stands before them on their line', () => {
    const content =
      'Order no. :  {{thing1.DATA}}\r\n从{{thing2.DATA}}到 {{thing3.DATA}}\n总 额 EUR ：{{amount4.DATA}}';
    expect(fieldsOf(content).map(({ label }) => label)).toEqual([
      'Order no.',
      '从',
      '到',
      '总额 EUR',
    ]);
  });

  it('the fields of a template are none where the content has none', () =>
    expect(fieldsOf('通知')).toEqual([]));
});
