import type { WechatAnswer } from '../wechat/answer.js';
import { entriesOf, type ListedTemplate, text } from './listed-templates.js';
import type { GrantKind } from './template.js';

/** WeChat's `type` of a subscription template; sometimes it sends numbers as text. */
const GRANT_KINDS: Readonly<Record<string, GrantKind>> = { 2: 'one_time', 3: 'long_term' };

/** The templates of a `newtmpl/gettemplate` answer; undefined when the answer has no list. */
export const listedSubscriptions = (answer: WechatAnswer): ListedTemplate[] | undefined =>
  entriesOf(answer['data'], 'priTmplId', (templateId, entry) => ({
    templateId,
    title: text(entry['title']),
    content: text(entry['content']),
    example: text(entry['example']),
    primaryIndustry: '',
    deputyIndustry: '',
    grantKind: GRANT_KINDS[String(entry['type'])] ?? null,
    enums: enumsOf(entry['keywordEnumValueList']),
  }));

/** `[{ keywordCode: 'enum_string2.DATA', enumValueList: ['甲', '乙'] }]`; left out where nothing is enumerated. */
function enumsOf(list: unknown): Record<string, string[]> {
  if (!Array.isArray(list)) return {};
  const enums = new Map<string, string[]>();
  for (const entry of list as (Partial<Record<string, unknown>> | null)[]) {
    const { keywordCode, enumValueList } = entry ?? {};
    if (typeof keywordCode !== 'string' || !Array.isArray(enumValueList)) continue;
    const values = enumValueList.filter((value) => typeof value === 'string');
    if (values.length > 0) enums.set(keywordCode.replace(/\.DATA$/, ''), values);
  }
  return Object.fromEntries(enums);
}
