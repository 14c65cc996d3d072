import fc from 'fast-check';
import { DomainError } from '../kernel/domain-error.js';
import { parseContent } from './parse-content.js';

const TEMPLATE =
  '{{first.DATA}} \n讲       师：{{keyword1.DATA}} \n课程名称：{{keyword2.DATA}} \n开始时间：{{keyword3.DATA}} \n结束时间：{{keyword4.DATA}} \n{{remark.DATA}}';
const FILLED =
  '{{first.你好}} \n讲       师：{{keyword1.张三}} \n课程名称：{{keyword2.微信公众号开发}} \n开始时间：{{keyword3.2020-11-23 8:00}} \n结束时间：{{keyword4.2020-11-23 9:00}} \n{{remark.欢迎参加}}';
const VALUES = {
  first: '你好',
  keyword1: '张三',
  keyword2: '微信公众号开发',
  keyword3: '2020-11-23 8:00',
  keyword4: '2020-11-23 9:00',
  remark: '欢迎参加',
};

function refusalOf(template: string, text: string): DomainError {
  try {
    parseContent(template, text);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const faultOf = (template: string, text: string): string | undefined =>
  refusalOf(template, text).extra.errors?.[0]?.code;

describe('parse-content', () => {
  it('a filled template yields its values', () => {
    expect(parseContent(TEMPLATE, FILLED)).toEqual({ values: VALUES });
  });

  it('a filled template may differ from the template in white space and line ends', () => {
    const reflowed = FILLED.replaceAll(' \n', '\r\n').replace('讲       师', '讲\u3000师');
    expect(parseContent(TEMPLATE, `\n${reflowed}  `)).toEqual({ values: VALUES });
  });

  it.each([
    ['{{keyword1.张三.#173177}}', '张三'],
    ['{{keyword1.张三.#F00}}', '张三'],
    ['{{keyword1.v1.2.3}}', 'v1.2.3'],
    ['{{keyword1.v1.2.3.#abc}}', 'v1.2.3'],
    ['{{keyword1.a.#12345}}', 'a.#12345'],
    ['{{keyword1.a.#xyz}}', 'a.#xyz'],
    ['{{keyword1.#173}}', '#173'],
    ['{{keyword1.a#173}}', 'a#173'],
    ['{{keyword1..#173}}', ''],
    ['{{keyword1.}}', ''],
    ['{{keyword1. a b }}', ' a b '],
    ['{{keyword1.{a}}}', '{a}'],
    ['{{ keyword1.a}}', 'a'],
    ['{{keyword1.一\n二}}', '一\n二'],
  ])('a filled template reads %j as %j', (slot, value) => {
    expect(parseContent('名：{{keyword1.DATA}}。', `名：${slot}。`).values).toEqual({
      keyword1: value,
    });
  });

  it('a filled template may leave empty what WeChat does not show', () => {
    const text = '{{first.}}\n{{thing1.甲}}\n{{remark. }}';
    expect(parseContent('{{first.DATA}}\n{{thing1.DATA}}\n{{remark.DATA}}', text).values).toEqual({
      thing1: '甲',
    });
  });

  it.each([
    ['a missing slot', '名：{{thing1.甲}}', 'slot_missing'],
    ['a slot that was cleared', '名：{{thing1.甲}}\n时：', 'slot_missing'],
    ['a doubled slot', '名：{{thing1.甲}}\n时：{{time2.8:00}}{{thing1.甲}}', 'slot_doubled'],
    ['an unknown name', '名：{{thing9.甲}}\n时：{{time2.8:00}}', 'slot_unknown'],
    ['slots in another order', '名：{{time2.8:00}}\n时：{{thing1.甲}}', 'slot_misplaced'],
    ['a slot without a dot', '名：{{thing1}}\n时：{{time2.8:00}}', 'slot_malformed'],
    ['a slot that is not closed', '名：{{thing1.甲\n时：{{time2.8:00}}', 'slot_malformed'],
    ['a last slot that is not closed', '名：{{thing1.甲}}\n时：{{time2.8:00', 'slot_missing'],
    ['another label', '名称：{{thing1.甲}}\n时：{{time2.8:00}}', 'text_differs'],
    ['another colon', '名:{{thing1.甲}}\n时：{{time2.8:00}}', 'text_differs'],
    ['text behind the end', '名：{{thing1.甲}}\n时：{{time2.8:00}}！', 'text_differs'],
    ['braces in a value', '名：{{thing1.a}}b}}\n时：{{time2.8:00}}', 'text_differs'],
  ])('a filled template is refused for %s', (_, text, fault) => {
    expect(faultOf('名：{{thing1.DATA}}\n时：{{time2.DATA}}', text)).toBe(fault);
  });

  it('a filled template may leave as it is what is no mark, and can fill a mark with digits inside', () => {
    const template = '甲：{{xz_3_0.DATA}}\n乙：{{date.data}}\n丙：｛｛thing1.DATA｝｝';
    expect(parseContent(template, template.replace('DATA}}\n', '一}}\n'))).toEqual({
      values: { xz_3_0: '一' },
    });
    const filled = '甲：{{xz_3_0.一}}\n乙：{{date.2026}}\n丙：｛｛thing1.DATA｝｝';
    expect(faultOf(template, filled)).toBe('slot_unknown');
    expect(refusalOf(template, filled).message).toContain('{{date.data}}');
  });

  it('a filled template is refused with the place, what was expected and what came', () => {
    const refusal = refusalOf(TEMPLATE, FILLED.replace('课程名称：', '课程名字：'));
    expect(refusal).toMatchObject({
      kind: 'unprocessable',
      code: 'content_mismatch',
      extra: {
        details: { where: 'before {{keyword2.…}}', expected: '课程名称：', got: '课程名字：' },
      },
    });
    expect(refusal.message).toContain('expected "课程名称：", got "课程名字："');
  });

  it('a filled template shows a difference that lies deep in a long text', () => {
    const template = `${'长'.repeat(500)}甲{{thing1.DATA}}`;
    const refusal = refusalOf(template, `${'长'.repeat(500)}乙{{thing1.x}}`);
    expect(refusal.extra.details).toMatchObject({
      expected: '…长长长长长长长长甲',
      got: '…长长长长长长长长乙',
    });
  });

  it('a filled template must give one value to a name that the template has twice', () => {
    const template = '{{thing1.DATA}}，{{thing1.DATA}}';
    expect(parseContent(template, '{{thing1.甲}}，{{thing1.甲}}').values).toEqual({ thing1: '甲' });
    expect(faultOf(template, '{{thing1.甲}}，{{thing1.乙}}')).toBe('slot_doubled');
    expect(faultOf(template, '{{thing1.甲}}，')).toBe('slot_missing');
  });

  it('a filled template of a template without fields is the template', () => {
    expect(parseContent('通知', ' 通 知\n')).toEqual({ values: {} });
    expect(faultOf('通知', '通告')).toBe('text_differs');
  });

  it('a filled template gives back whatever values it was filled with', () => {
    const literal = fc.string({ unit: fc.constantFrom('甲', '：', ' ', '\n', 'a', '.', '#') });
    const value = fc
      .string({ unit: 'binary' })
      .filter(
        (text) =>
          !text.includes('{{') &&
          !text.includes('}}') &&
          !/\.#[0-9a-f]{3}(?:[0-9a-f]{3})?$/i.test(`.${text}`),
      );
    const slots = fc.uniqueArray(
      fc.record({ before: literal, name: fc.stringMatching(/^[A-Za-z0-9_]+$/), value }),
      {
        selector: ({ name }) => name,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(slots, literal, (parts, after) => {
        const fill = (inside: (part: (typeof parts)[number]) => string) =>
          `${parts.map((part) => `${part.before}{{${part.name}.${inside(part)}}}`).join('')}${after}`;
        const expected = parts.filter(
          ({ name, value }) => !['first', 'remark'].includes(name) || value.trim() !== '',
        );
        expect(
          parseContent(
            fill(() => 'DATA'),
            fill(({ value }) => value),
          ).values,
        ).toEqual(Object.fromEntries(expected.map(({ name, value }) => [name, value])));
      }),
    );
  });

  it('a filled template is read in time proportional to its length, however hostile', () => {
    for (const text of [
      '{{'.repeat(500_000),
      '{{a.'.repeat(250_000),
      '}}'.repeat(500_000),
      `{{thing1.${'}'.repeat(1_000_000)}!`,
    ])
      expect(() => parseContent('{{thing1.DATA}}', text)).toThrow(DomainError);
  });
});
