import { type Notice, type Warning, warningOf } from '../kernel/warning.js';
import { codePoints, ruleOf, fitOf } from './field-rules.js';
import type { Template, TemplateField } from './template.js';

/** People report that phones cut `text` values after so many; WeChat answers no error. */
const SHOWN_CHARACTERS = 20;
const EMOJI =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}|\u20E3/u;

type Values = Readonly<Record<string, string>>;

/**
 * Warns of what a phone will not show, or perhaps not, of values that have passed all checks: WeChat sends the message
 * and answers no error.
 */
export function displayWarnings(
  { fields, unread }: Pick<Template, 'fields' | 'unread'>,
  values: Values,
): Warning[] {
  return [
    ...unread.map(({ mark }) => warningOf('templateId', markUnread(mark))),
    ...unreadNames({ fields, unread }, values).map((name) =>
      warningOf(`fields.${name}`, fieldUnread(name)),
    ),
    ...oldStyle(fields),
    ...fields.flatMap((field) => ofField(field, values)),
  ];
}

function unreadNames({ fields, unread }: Pick<Template, 'fields' | 'unread'>, values: Values) {
  const names = new Set(unread.map(({ name }) => name));
  return Object.keys(values).filter(
    (given) => names.has(given) && !fields.some(({ name }) => name === given),
  );
}

/** One warning for all old fields: a template of the old library has no others. */
function oldStyle(fields: readonly TemplateField[]): Warning[] {
  const names = fields.flatMap(({ name, reason }) => (reason?.code === 'old_style' ? [name] : []));
  const [only] = names;
  if (only === undefined) return [];
  if (names.length > 1) return [warningOf('fields', oldStyleFields(names.join(', ')))];
  return fields.flatMap(({ name, reason }) =>
    name === only && reason ? [warningOf(`fields.${name}`, reason)] : [],
  );
}

function ofField(field: TemplateField, values: Values): Warning[] {
  const { name, shown, reason } = field;
  const path = `fields.${name}`;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return [];
  // Nobody sees the field, so its length does not matter.
  if (shown === false) return reason ? [warningOf(path, reason)] : [];
  const notices = reason && reason.code !== 'old_style' ? [reason] : [];
  return [...notices, ...ofValue(field, value)].map((notice) => warningOf(path, notice));
}

function ofValue({ name, type }: TemplateField, value: string): Notice[] {
  const notices: Notice[] = [];
  const length = codePoints(value);
  if (type === 'text' && length > SHOWN_CHARACTERS) notices.push(textCut(name, length));
  if (type === 'text' && /[\r\n]/.test(value)) notices.push(lineBreak(name));
  if (EMOJI.test(value)) notices.push(emoji(name));
  if (fitOf(type, value) === 'may-fit') {
    const { zh, en } = ruleOf(type);
    notices.push(valueDoubtful(name, type, zh, en));
  }
  return notices;
}

const markUnread = (mark: string): Notice => ({
  code: 'mark_unread',
  params: { mark },
  zh: `模板里的 ${mark} 不符合微信的写法 {{名称.DATA}}，微信是否会替换它，没有公开说明：可能留空，或原样展示。`,
  en: `The template's ${mark} is not written as WeChat's marks are, {{name.DATA}}. Whether WeChat fills it is not published: it may stay blank, or be shown as it stands.`,
});

const fieldUnread = (field: string): Notice => ({
  code: 'field_unread',
  params: { field },
  zh: `${field} 会照样发给微信，但模板里没有写法规范的 {{${field}.DATA}}，微信可能不用它。`,
  en: `${field} is sent to WeChat, but the template has no well-formed {{${field}.DATA}}: WeChat may not use it.`,
});

const oldStyleFields = (fields: string): Notice => ({
  code: 'old_style',
  params: { fields },
  zh: `${fields} 不是微信现有的参数类型，只见于旧模板。据 2023 年的说明，其取值仍会展示，约 20 个字之后会被截断；此后没有新的说明。`,
  en: `Only old templates have fields such as ${fields}. As of 2023 their values were still shown, cut after some 20 characters; nothing newer is published.`,
});

const textCut = (field: string, length: number): Notice => ({
  code: 'text_cut',
  params: { field, limit: SHOWN_CHARACTERS, length },
  zh: `${field} 有 ${length} 个字符。据反映，手机上约 20 个字之后会被截断，微信不会报错。`,
  en: `${field} has ${length} characters. People report that phones cut such a value after some 20, and WeChat answers no error.`,
});

const lineBreak = (field: string): Notice => ({
  code: 'line_break',
  params: { field },
  zh: `${field} 含有换行。据反映，换行之后的内容不展示，甚至整行空白；请改用空格。`,
  en: `${field} has a line break. People report that phones do not show what follows it, or nothing of the value: use a space.`,
});

const emoji = (field: string): Notice => ({
  code: 'emoji',
  params: { field },
  zh: `${field} 含有表情符号。据反映，部分表情自 2023 年起不再展示。`,
  en: `${field} has emoji. People report that some are not shown since 2023.`,
});

const valueDoubtful = (field: string, type: string, zh: string, en: string): Notice => ({
  code: 'value_doubtful',
  params: { field, type },
  zh: `${field} 按微信的说明应为${zh}；这个写法是否接受，没有公开说明。若微信回复 47003，发送任务会暂停。`,
  en: `${field} should be ${en}, by WeChat's words; they leave open whether it takes this value. If it answers 47003, the broadcast stops.`,
});
