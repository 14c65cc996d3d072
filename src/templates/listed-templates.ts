import type { WechatAnswer } from '../wechat/answer.js';

/** What WeChat's list says of one template. */
export interface ListedTemplate {
  readonly templateId: string;
  readonly title: string;
  readonly content: string;
  readonly example: string;
  readonly primaryIndustry: string;
  readonly deputyIndustry: string;
}

/**
 * The templates of a `get_all_private_template` answer; undefined when it is none, which must not be taken for an
 * account without templates.
 */
export function listedTemplates(answer: WechatAnswer): ListedTemplate[] | undefined {
  const list = answer['template_list'];
  if (!Array.isArray(list)) return undefined;
  const listed = new Map<string, ListedTemplate>();
  for (const entry of list as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return undefined;
    const template = entry as Record<string, unknown>;
    const templateId = template['template_id'];
    if (typeof templateId !== 'string' || templateId === '') return undefined;
    listed.set(templateId, {
      templateId,
      title: text(template['title']),
      content: text(template['content']),
      example: text(template['example']),
      primaryIndustry: text(template['primary_industry']),
      deputyIndustry: text(template['deputy_industry']),
    });
  }
  return [...listed.values()];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
