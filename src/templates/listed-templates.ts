import type { WechatAnswer } from '../wechat/answer.js';
import type { GrantKind } from './template.js';

/** What WeChat's list says of one template. */
export interface ListedTemplate {
  readonly templateId: string;
  readonly title: string;
  readonly content: string;
  readonly example: string;
  readonly primaryIndustry: string;
  readonly deputyIndustry: string;
  readonly grantKind: GrantKind | null;
  /** By field, the only values that WeChat takes. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/**
 * The templates of a `get_all_private_template` answer; undefined when the answer has no list, which we must not take
 * for an account without templates.
 */
export const listedTemplates = (answer: WechatAnswer): ListedTemplate[] | undefined =>
  entriesOf(answer['template_list'], 'template_id', (templateId, entry) => ({
    templateId,
    title: text(entry['title']),
    content: text(entry['content']),
    example: text(entry['example']),
    primaryIndustry: text(entry['primary_industry']),
    deputyIndustry: text(entry['deputy_industry']),
    grantKind: null,
    enums: {},
  }));

/** Each template once; undefined when `list` is no list, or an entry is no template. */
export function entriesOf(
  list: unknown,
  idName: string,
  toTemplate: (templateId: string, entry: Record<string, unknown>) => ListedTemplate,
): ListedTemplate[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const listed = new Map<string, ListedTemplate>();
  for (const entry of list as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return undefined;
    const template = entry as Record<string, unknown>;
    const templateId = template[idName];
    if (typeof templateId !== 'string' || templateId === '') return undefined;
    listed.set(templateId, toTemplate(templateId, template));
  }
  return [...listed.values()];
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
