import type { TemplateText } from './template.js';

/** What api_add_template makes of a number in the public library: one `thing` field for each keyword asked for. */
export const fromLibrary = (shortId: string, keywords: readonly string[]): TemplateText => ({
  title: `模板${shortId}`,
  content: keywords.map((keyword, at) => `${keyword}:{{thing${at + 1}.DATA}}`).join('\n'),
  example: keywords.map((keyword) => `${keyword}:示例`).join('\n'),
});
