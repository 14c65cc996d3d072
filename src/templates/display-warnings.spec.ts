import { displayWarnings } from './display-warnings.js';
import { unreadIn } from './field-marks.js';
import { type FieldsPlace, fieldsOf } from './template-fields.js';

const templateOf = (content: string, place: Partial<FieldsPlace> = {}) => ({
  fields: fieldsOf(content, place),
  unread: unreadIn(content),
});

const told = (
  content: string,
  values: Record<string, string>,
  place: Partial<FieldsPlace> = {},
): string[] =>
  displayWarnings(templateOf(content, place), values).map(({ path, code }) => `${path} ${code}`);

describe('display-warnings', () => {
  it.each([
    ['活动：{{thing1.DATA}}', true, undefined],
    ['{{first.DATA}}', false, 'not_shown_since_2023'],
    ['备注：{{remark.DATA}}', false, 'not_shown_since_2023'],
    ['备注：{{Remark.DATA}}', 'uncertain', 'looks_not_shown'],
    ['备注：{{REMARK.DATA}}', 'uncertain', 'looks_not_shown'],
    ['{{thing1.DATA}}', 'uncertain', 'no_label'],
    ['活动：\n{{thing1.DATA}}', 'uncertain', 'no_label'],
    ['讲师：{{keyword1.DATA}}', 'uncertain', 'old_style'],
    ['商品：{{product.DATA}}', 'uncertain', 'old_style'],
  ])('a field of a template of %j is shown: %s (%s)', (content, shown, code) => {
    const [field] = fieldsOf(content);
    expect(field?.shown).toBe(shown);
    expect(field?.reason?.code).toBe(code);
  });

  it.each(['{{first.DATA}}', '备注：{{Remark.DATA}}', '{{thing1.DATA}}', '商品：{{product.DATA}}'])(
    'a field of a template says why it is not, or perhaps not, shown in both languages: %s',
    (content) => {
      const [field] = fieldsOf(content);
      expect(field?.reason?.zh).toMatch(/\p{Script=Han}.*。$/u);
      expect(field?.reason?.en).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('a field of a template needs a label of its own: one that stands behind another field has none', () => {
    expect(fieldsOf('从{{thing1.DATA}}{{thing2.DATA}}到{{thing3.DATA}}')).toMatchObject([
      { shown: true },
      { shown: 'uncertain', reason: { code: 'no_label' } },
      { shown: true },
    ]);
  });

  it('a field of a template of the test account may have any name, and of a subscription no label', () => {
    expect(fieldsOf('城市：{{city.DATA}}', { testAccount: true })).toMatchObject([
      { type: 'text', shown: true, reason: null },
    ]);
    expect(fieldsOf('{{city.DATA}}', { testAccount: true })).toMatchObject([
      { shown: 'uncertain', reason: { code: 'no_label' } },
    ]);
    expect(fieldsOf('{{thing1.DATA}}', { family: 'subscription' })).toMatchObject([
      { shown: true },
    ]);
  });
});

describe('display-warnings', () => {
  it('what a phone will not show is nothing where all is as WeChat describes it', () => {
    expect(told('活动：{{thing1.DATA}}', { thing1: '秋季公开课' })).toEqual([]);
  });

  it('what a phone will not show is told of each field that is given and not, or perhaps not, shown', () => {
    const content = '{{first.DATA}}\n{{thing1.DATA}}\n备注：{{Remark.DATA}}\n{{remark.DATA}}';
    expect(told(content, { first: '好', thing1: '甲', Remark: '乙' })).toEqual([
      'fields.first not_shown_since_2023',
      'fields.thing1 no_label',
      'fields.Remark looks_not_shown',
    ]);
  });

  it.each([
    ['x'.repeat(21), 'text_cut'],
    ['一\n二', 'line_break'],
    ['一\r二', 'line_break'],
    ['好😀', 'emoji'],
    ['☀️', 'emoji'],
    ['🇨🇳', 'emoji'],
    ['1️⃣', 'emoji'],
  ])('what a phone will not show may be %j in a field of any text: %s', (value, code) => {
    const place = { testAccount: true };
    expect(told('商品：{{product.DATA}}', { product: value }, place)).toEqual([
      `fields.product ${code}`,
    ]);
  });

  it.each(['x'.repeat(20), '©®™', '一 二', '☀'])(
    'what a phone will not show is not %j',
    (value) => {
      expect(told('商品：{{product.DATA}}', { product: value }, { testAccount: true })).toEqual([]);
    },
  );

  it('what a phone will not show is told of emoji in typed fields too, and of values that WeChat’s words leave open', () => {
    expect(told('活动：{{thing1.DATA}}', { thing1: '好😀' })).toEqual(['fields.thing1 emoji']);
    expect(told('时间：{{time1.DATA}}', { time1: '24:00' })).toEqual([
      'fields.time1 value_doubtful',
    ]);
  });

  it('what a phone will not show is told once for all fields of the old library', () => {
    const content = '讲师：{{keyword1.DATA}}\n课程：{{keyword2.DATA}}';
    const values = { keyword1: '张三', keyword2: '长'.repeat(30) };
    expect(told(content, values)).toEqual(['fields old_style', 'fields.keyword2 text_cut']);
    expect(told('讲师：{{keyword1.DATA}}', values)).toEqual(['fields.keyword1 old_style']);
  });

  it('what a phone will not show is told of what is no mark, and of a value that is given to it', () => {
    const content = '活动：{{thing1.DATA}}\n日期：{{date.data}}';
    expect(told(content, { thing1: '甲' })).toEqual(['templateId mark_unread']);
    expect(told(content, { thing1: '甲', date: '乙' })).toEqual([
      'templateId mark_unread',
      'fields.date field_unread',
    ]);
  });

  it('what a phone will not show is told in both languages, with what a page needs to say it itself', () => {
    const [warning] = displayWarnings(templateOf('商品：{{product.DATA}}', { testAccount: true }), {
      product: 'x'.repeat(33),
    });
    expect(warning).toEqual({
      path: 'fields.product',
      code: 'text_cut',
      params: { field: 'product', limit: 20, length: 33 },
      zh: expect.stringContaining('33 个字符') as string,
      en: expect.stringContaining('33 characters') as string,
      message: `${warning?.zh} ${warning?.en}`,
    });
  });
});
