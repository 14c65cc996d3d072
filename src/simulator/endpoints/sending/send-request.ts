import type { ShownContent } from '../../ledger/shown-content.js';
import type { Template } from '../../templates/template.js';
import { faultOfValue } from './typed-value.js';

/** WeChat filters these fields since 2023. To send them is no error, and nobody sees them. */
const NOT_SHOWN = new Set(['first', 'remark']);
/** WeChat cuts the text of 47003 at this length, also inside a word. */
const ERRMSG_CUT = 48;

type Values = Readonly<Record<string, string | undefined>>;

/** Reads the values in `data`. Anything but an object, such as a string, has none. */
export const valuesOf = (data: unknown, template: Template, numbersToo = true): Values => {
  const values: Record<string, string | undefined> = {};
  const entries =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  for (const field of template.fields) {
    const entry = entries[field];
    const value =
      typeof entry === 'object' && entry !== null
        ? (entry as { value?: unknown }).value
        : undefined;
    if (typeof value === 'string') values[field] = value;
    else if (numbersToo && typeof value === 'number') values[field] = String(value);
  }
  return values;
};

/** The errmsg of 47003 for the first field that breaks its type. */
export const argumentFault = (
  template: Template,
  values: Values,
  misspellEmpty: boolean,
): string | undefined => {
  for (const field of template.fields) {
    const fault = faultOfValue(field, values[field], template.approved[field]);
    if (!fault) continue;
    const words = fault === 'invalid' ? 'invalid' : misspellEmpty ? 'is emtpy' : 'is empty';
    return `argument invalid! data.${field}.value ${words}`.slice(0, ERRMSG_CUT);
  }
  return undefined;
};

/** The named fields of a call that are texts and not empty. */
export const textsIn = (
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') texts[name] = value;
  }
  return texts;
};

export const shownContent = (values: Values, url: unknown, miniprogram: unknown): ShownContent => {
  const shown: Record<string, string> = {};
  for (const [field, value] of Object.entries(values)) {
    if (value !== undefined && !NOT_SHOWN.has(field)) shown[field] = value;
  }
  return {
    values: shown,
    ...(typeof url === 'string' && url !== '' && { url }),
    ...(typeof miniprogram === 'object' &&
      miniprogram !== null && { miniprogram: JSON.stringify(miniprogram) }),
  };
};
