import { displayOf, type FieldPlace } from './field-display.js';
import { marksOf } from './field-marks.js';
import { ruleOf, typeOf } from './field-rules.js';
import type { TemplateField } from './template.js';

export interface FieldsPlace extends FieldPlace {
  /** By field, the only values that WeChat takes. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

const ORDINARY: FieldsPlace = { family: 'private', testAccount: false, enums: {} };

/**
 * The fields of a template's content, each name once, in the order of their marks. Private templates of WeChat's test
 * account have free names: some look typed, and WeChat does not check their values.
 */
export function fieldsOf(content: string, place: Partial<FieldsPlace> = {}): TemplateField[] {
  const { enums, ...where } = { ...ORDINARY, ...place };
  const fields = new Map<string, TemplateField>();
  for (const { name, before } of marksOf(content).marks) {
    if (fields.has(name)) continue;
    const type = where.testAccount && where.family === 'private' ? 'text' : typeOf(name);
    const { limit } = ruleOf(type);
    const values = Object.hasOwn(enums, name) ? (enums[name] ?? null) : null;
    const label = labelOf(before);
    const display = displayOf({ name, type, label }, where);
    fields.set(name, { name, type, limit, values, label, ...display });
  }
  return [...fields.values()];
}

/** `讲       师：` → `讲师`: white space between two Han is padding, elsewhere it separates words. */
function labelOf(before: string): string {
  const line = before.split(/[\r\n]/).at(-1) ?? '';
  return line
    .replace(/[\s:：]+$/u, '')
    .trim()
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replace(/\s+/g, ' ');
}
