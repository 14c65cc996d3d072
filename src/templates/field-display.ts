import type { Notice } from '../kernel/warning.js';
import type { FieldType } from './field-rules.js';
import type { TemplateFamily, TemplateField } from './template.js';

/** The template that a field is in: what is known of one kind of template is not known of another. */
export interface FieldPlace {
  readonly family: TemplateFamily;
  readonly testAccount: boolean;
}

type Display = Pick<TemplateField, 'shown' | 'reason'>;

/** WeChat has not shown these since 2023; sending them is no error. */
const HIDDEN = new Set(['first', 'remark']);

/** WeChat drops the value of such a field, so a message may leave it out. */
export const mayBeLeftOut = (fieldName: string): boolean => HIDDEN.has(fieldName);

/** Whether people will see a field, as far as that is known, and why not. */
export function displayOf(
  { name, type, label }: { name: string; type: FieldType; label: string },
  { family, testAccount }: FieldPlace,
): Display {
  if (HIDDEN.has(name)) return { shown: false, reason: HIDDEN_SINCE_2023 };
  if (family === 'subscription') return SHOWN;
  if (HIDDEN.has(name.toLowerCase())) return { shown: 'uncertain', reason: looksHidden(name) };
  if (label === '') return { shown: 'uncertain', reason: noLabel(name) };
  if (type === 'text' && !testAccount) return { shown: 'uncertain', reason: oldStyle(name) };
  return SHOWN;
}

const SHOWN: Display = { shown: true, reason: null };

const HIDDEN_SINCE_2023: Notice = {
  code: 'not_shown_since_2023',
  params: {},
  zh: '微信自 2023 年起不再展示 first 和 remark，可以不填。',
  en: 'WeChat has not shown first and remark since 2023: they may be left out.',
};

const looksHidden = (field: string): Notice => ({
  code: 'looks_not_shown',
  params: { field },
  zh: `${field} 与 ${field.toLowerCase()} 只差大小写，而后者微信自 2023 年起不再展示；它是否展示，没有公开说明。`,
  en: `${field} differs from ${field.toLowerCase()} in capitals alone, which WeChat has not shown since 2023; whether this one is shown is not published.`,
});

const noLabel = (field: string): Notice => ({
  code: 'no_label',
  params: { field },
  zh: `模板里 ${field} 之前没有它自己的文字。有人反映：这样的内容在手机上不展示，其后的内容也可能受影响。`,
  en: `The template has no words of its own before ${field}. People report that phones do not show such a field, and perhaps not what follows it.`,
});

const oldStyle = (field: string): Notice => ({
  code: 'old_style',
  params: { field },
  zh: `${field} 不是微信现有的参数类型，只见于旧模板。据 2023 年的说明，其取值仍会展示，约 20 个字之后会被截断；此后没有新的说明。`,
  en: `Only old templates have fields such as ${field}. As of 2023 their values were still shown, cut after some 20 characters; nothing newer is published.`,
});
