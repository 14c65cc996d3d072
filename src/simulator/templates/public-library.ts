import type { TemplateText } from './template.js';

/** A keyword of a template in the public library. */
export type Keyword = {
  readonly kid: number;
  readonly name: string;
  readonly example: string;
  /** The type of its field. */
  readonly rule: string;
};

export type PublicTemplate = {
  readonly tid: number;
  readonly title: string;
  readonly type: 2 | 3;
  readonly categoryId: string;
  readonly keywords: readonly Keyword[];
};

export const CATEGORIES = [{ id: 616, name: '教育' }] as const;

const keywords = (...words: readonly (readonly [name: string, rule: string, example: string])[]) =>
  words.map(([name, rule, example], at) => ({ kid: at + 1, name, rule, example }));

/** The library of subscription templates. WeChat's has thousands. */
export const PUBLIC_LIBRARY: readonly PublicTemplate[] = [
  {
    tid: 99,
    title: '开课提醒',
    type: 2,
    categoryId: '616',
    keywords: keywords(
      ['课程名称', 'thing', '秋季公开课'],
      ['开课时间', 'time', '2026年11月28日 19:30'],
      ['上课地点', 'thing', '三号楼报告厅'],
      ['课程费用', 'amount', '¥100.00'],
      ['联系电话', 'phone_number', '400-123-4567'],
      ['上课人', 'name', '张三'],
    ),
  },
  {
    tid: 101,
    title: '成绩通知',
    type: 2,
    categoryId: '616',
    keywords: keywords(
      ['考试名称', 'thing', '期末考试'],
      ['成绩', 'number', '98'],
      ['公布日期', 'date', '2026年12月1日'],
    ),
  },
  {
    tid: 203,
    title: '学习进度提醒',
    type: 3,
    categoryId: '616',
    keywords: keywords(['课程名称', 'thing', '秋季公开课'], ['状态', 'phrase', '进行中']),
  },
];

/** Makes a template of some keywords, in their order. Undefined if the library template lacks one of them. */
export function templateFromKeywords(
  { title, type, keywords: offered }: PublicTemplate,
  kids: readonly number[],
): TemplateText | undefined {
  const chosen = kids.map((kid) => offered.find((keyword) => keyword.kid === kid));
  if (!chosen.every((keyword) => keyword !== undefined)) return undefined;
  const lines = (text: (keyword: Keyword) => string): string =>
    chosen.map((keyword) => `${keyword.name}:${text(keyword)}\n`).join('');
  return {
    title,
    type,
    content: lines(({ rule, kid }) => `{{${rule}${kid}.DATA}}`),
    example: lines(({ example }) => example),
  };
}

/** Makes a template for a number that is not listed: one `thing` field for each keyword. */
export const unlistedTemplate = (shortId: string, keywords: readonly string[]): TemplateText => ({
  title: `模板${shortId}`,
  content: keywords.map((keyword, at) => `${keyword}:{{thing${at + 1}.DATA}}`).join('\n'),
  example: keywords.map((keyword) => `${keyword}:示例`).join('\n'),
});
