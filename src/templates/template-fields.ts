import { marksOf } from './field-marks.js';
import { ruleOf, typeOf } from './field-rules.js';
import type { TemplateField } from './template.js';

/** No longer shown by WeChat since 2023; sending them is no error. */
const HIDDEN = new Set(['first', 'remark']);

export const isShown = (fieldName: string): boolean => !HIDDEN.has(fieldName);

/**
 * The fields of a template's content, each name once, in the order of their marks.
 *
 * @param enums by field, the only values that WeChat takes
 */
export function fieldsOf(
  content: string,
  enums: Readonly<Record<string, readonly string[]>> = {},
): TemplateField[] {
  const fields = new Map<string, TemplateField>();
  for (const { name, before } of marksOf(content).marks) {
    if (fields.has(name)) continue;
    const type = typeOf(name);
    const { limit } = ruleOf(type);
    const values = Object.hasOwn(enums, name) ? (enums[name] ?? null) : null;
    fields.set(name, { name, type, limit, values, label: labelOf(before), shown: isShown(name) });
  }
  return [...fields.values()];
}

/** `讲       师：` → `讲师`: white space between two Han only pads, elsewhere it parts words. */
function labelOf(before: string): string {
  const line = before.split(/[\r\n]/).at(-1) ?? '';
  return line
    .replace(/[\s:：]+$/u, '')
    .trim()
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replace(/\s+/g, ' ');
}
