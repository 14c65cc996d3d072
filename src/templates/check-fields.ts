import { both } from '../kernel/bilingual.js';
import type { FieldFault } from '../kernel/domain-error.js';
import { mayBeLeftOut } from './field-display.js';
import { codePoints, limitOf, ruleOf, fitOf } from './field-rules.js';
import type { Template, TemplateField } from './template.js';

/**
 * Every fault of the given values, at most one a field. Without a fault, the values break no rule that WeChat has
 * published. Characters are Unicode code points. A field that WeChat does not show may be left out, but not be empty.
 * Text in braces that is no mark may have a value: nobody knows whether WeChat fills it.
 */
export function checkFields(
  { fields: marked, unread }: Pick<Template, 'fields' | 'unread'>,
  values: Readonly<Record<string, string>>,
): FieldFault[] {
  const fields = [...marked, ...unreadFields(unread, marked, values)];
  const faults: FieldFault[] = [];
  for (const field of fields) {
    const fault = Object.hasOwn(values, field.name)
      ? faultOf(field, values[field.name])
      : missingFault(field);
    if (fault !== undefined) faults.push({ path: `fields.${field.name}`, ...fault });
  }
  const known = new Set(fields.map(({ name }) => name));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) faults.push({ path: pathOf(name), ...unknownFault(name, fields) });
  }
  return faults;
}

type Fault = Omit<FieldFault, 'path'>;

const MAX_CHARACTERS_OF_A_NAME = 64;
const pathOf = (name: string): string => `fields.${name.slice(0, MAX_CHARACTERS_OF_A_NAME)}`;

/** The unread marks that have a value, as fields that take any text. */
function unreadFields(
  unread: Template['unread'],
  marked: readonly TemplateField[],
  values: Readonly<Record<string, string>>,
): TemplateField[] {
  const taken = new Set(marked.map(({ name }) => name));
  const names = unread.flatMap(({ name }) => (name === null ? [] : [name]));
  return [...new Set(names)]
    .filter((name) => !taken.has(name) && Object.hasOwn(values, name))
    .map((name) => ({
      name,
      type: 'text',
      limit: null,
      values: null,
      label: '',
      shown: 'uncertain',
      reason: null,
    }));
}

function missingFault(field: TemplateField): Fault | undefined {
  if (mayBeLeftOut(field.name)) return undefined;
  const { zh, en } = ruleOf(field.type);
  return {
    code: 'field_missing',
    message: both(`缺少 ${nameOf(field)}：${zh}。`, `The template needs ${field.name}: ${en}.`, {
      name: field.name,
    }),
  };
}

function unknownFault(name: string, fields: readonly TemplateField[]): Fault {
  const known = fields.map((field) => field.name).join(', ');
  const given = name.slice(0, MAX_CHARACTERS_OF_A_NAME);
  return {
    code: 'field_unknown',
    message: both(
      `模板没有字段 ${given}，它有：${known}。`,
      `The template has no field ${given}; it has ${known}.`,
      { given, known },
    ),
  };
}

function faultOf(field: TemplateField, value: unknown): Fault | undefined {
  const { name } = field;
  if (typeof value !== 'string') {
    return {
      code: 'field_not_text',
      message: both(
        `${nameOf(field)} 的值必须是字符串。`,
        `The value of ${name} must be a string.`,
        { name },
      ),
    };
  }
  if (value.trim() === '') {
    const [zh, en] = mayBeLeftOut(name)
      ? ['，可不填该字段', '; leave the field out instead']
      : ['', ''];
    return {
      code: 'field_empty',
      message: both(
        `${nameOf(field)} 的值不能为空${zh}。`,
        `The value of ${name} may not be empty${en}.`,
        { name },
      ),
    };
  }
  const forbidden = forbiddenCharacter(field, value);
  if (forbidden !== undefined) {
    return {
      code: 'field_bad_characters',
      message: both(
        `${nameOf(field)} 不能含有${forbidden.zh}。`,
        `${name} may not contain ${forbidden.en}.`,
        { name },
      ),
    };
  }
  return formFault(field, value) ?? unlistedFault(field, value);
}

function formFault(field: TemplateField, value: string): Fault | undefined {
  const rule = ruleOf(field.type);
  switch (fitOf(field.type, value)) {
    case 'fits':
    case 'may-fit':
      return undefined;
    case 'too-long': {
      const [limit, length] = [limitOf(rule, value), codePoints(value)];
      return {
        code: 'field_too_long',
        message: both(
          `${nameOf(field)} 最多 ${limit} 个字符，现有 ${length} 个（${rule.zh}）。`,
          `${field.name} takes at most ${limit} characters, this value has ${length} (${rule.en}).`,
          { ...(limit !== null && { limit }), length, name: field.name },
        ),
      };
    }
    case 'no':
      return {
        code: rule.code,
        message: both(
          `${nameOf(field)} ${mustBe(rule.zh)}。`,
          `${field.name} must be ${rule.en}.`,
          {
            name: field.name,
          },
        ),
      };
  }
}

function unlistedFault({ name, label, values }: TemplateField, value: string): Fault | undefined {
  if (values === null || values.includes(value)) return undefined;
  const listed = values.join('、');
  return {
    code: 'field_not_listed',
    message: both(
      `${nameOf({ name, label })} 只能是：${listed}。`,
      `${name} must be one of: ${listed}.`,
      { listed, name },
    ),
  };
}

/** Half a surrogate pair would reach WeChat as U+FFFD. Typed values are one line; `text` values may break lines. */
function forbiddenCharacter(
  field: TemplateField,
  value: string,
): { zh: string; en: string } | undefined {
  if (!value.isWellFormed()) return { zh: '不完整的字符', en: 'half a surrogate pair' };
  const control = field.type === 'text' ? /[^\P{Cc}\t\r\n]/u : /[\p{Cc}\u2028\u2029]/u;
  const found = control.exec(value)?.[0];
  if (found === undefined) return undefined;
  if (/[\r\n\u2028\u2029]/.test(found)) return { zh: '换行', en: 'a line break' };
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return { zh: `控制字符 ${code}`, en: `the control character ${code}` };
}

const nameOf = ({ name, label }: Pick<TemplateField, 'name' | 'label'>): string =>
  label === '' ? name : `${name}（${label}）`;

/** Han and digits stand apart by a space. */
const mustBe = (zh: string): string => `应为${/^\d/.test(zh) ? ' ' : ''}${zh}`;
