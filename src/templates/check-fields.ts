import type { FieldFault } from '../kernel/domain-error.js';
import { type FieldRule, ruleOf } from './field-rules.js';
import type { TemplateField } from './template.js';

/**
 * Every fault of the given values, at most one a field: none means that WeChat has no reason of form to answer
 * 47003. Characters are Unicode code points. A field that WeChat does not show may be left out, but not be empty.
 */
export function checkFields(
  fields: readonly TemplateField[],
  values: Readonly<Record<string, string>>,
): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const field of fields) {
    const fault = Object.hasOwn(values, field.name)
      ? faultOf(field, values[field.name])
      : missingFault(field);
    if (fault !== undefined) faults.push({ path: `fields.${field.name}`, ...fault });
  }
  const known = new Set(fields.map(({ name }) => name));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) faults.push({ path: `fields.${name}`, ...unknownFault(name, fields) });
  }
  return faults;
}

type Fault = Omit<FieldFault, 'path'>;

function missingFault(field: TemplateField): Fault | undefined {
  if (!field.shown) return undefined;
  const { zh, en } = ruleOf(field.type);
  return {
    code: 'field_missing',
    message: `缺少 ${nameOf(field)}：${zh}。 The template needs ${field.name}: ${en}.`,
  };
}

function unknownFault(name: string, fields: readonly TemplateField[]): Fault {
  const known = fields.map((field) => field.name).join(', ');
  const given = name.slice(0, 64);
  return {
    code: 'field_unknown',
    message: `模板没有字段 ${given}，它有：${known}。 The template has no field ${given}; it has ${known}.`,
  };
}

function faultOf(field: TemplateField, value: unknown): Fault | undefined {
  const { name } = field;
  const rule = ruleOf(field.type);
  if (typeof value !== 'string') {
    return {
      code: 'field_not_text',
      message: `${nameOf(field)} 的值必须是字符串。 The value of ${name} must be a string.`,
    };
  }
  if (value.trim() === '') {
    const [zh, en] = field.shown ? ['', ''] : ['，可不填该字段', '; leave the field out instead'];
    return {
      code: 'field_empty',
      message: `${nameOf(field)} 的值不能为空${zh}。 The value of ${name} may not be empty${en}.`,
    };
  }
  const forbidden = forbiddenCharacter(field, value);
  if (forbidden !== undefined) {
    return {
      code: 'field_bad_characters',
      message: `${nameOf(field)} 不能含有${forbidden.zh}。 ${name} may not contain ${forbidden.en}.`,
    };
  }
  return (
    lengthFault(field, rule, value) ?? formFault(field, rule, value) ?? unlistedFault(field, value)
  );
}

function lengthFault(field: TemplateField, rule: FieldRule, value: string): Fault | undefined {
  const limit = rule.limitOf?.(value) ?? rule.limit;
  const length = [...value].length;
  if (limit === null || length <= limit) return undefined;
  return {
    code: 'field_too_long',
    message:
      `${nameOf(field)} 最多 ${limit} 个字符，现有 ${length} 个（${rule.zh}）。 ` +
      `${field.name} takes at most ${limit} characters, this value has ${length} (${rule.en}).`,
  };
}

function formFault(field: TemplateField, rule: FieldRule, value: string): Fault | undefined {
  if (rule.fits === undefined || rule.fits(value)) return undefined;
  return {
    code: rule.code,
    message: `${nameOf(field)} 应为${rule.zh}。 ${field.name} must be ${rule.en}.`,
  };
}

function unlistedFault({ name, label, values }: TemplateField, value: string): Fault | undefined {
  if (values === null || values.includes(value)) return undefined;
  const listed = values.join('、');
  return {
    code: 'field_not_listed',
    message:
      `${nameOf({ name, label })} 只能是：${listed}。 ` + `${name} must be one of: ${listed}.`,
  };
}

/** Half a surrogate pair would reach WeChat as U+FFFD; typed values are one line; old templates may break lines. */
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
