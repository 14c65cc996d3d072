import { isISO8601 } from 'class-validator';
import { unknownField } from './unknown-field.js';
import { type Bilingual, both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';
import { type Openid, OPENID_PATTERN } from '../kernel/ids.js';

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The items of a body that is one of them, a list of them, or `{ items }`.
 * @param shape how one looks, for the text of the refusal
 */
export function itemsOf(body: unknown, shape: string): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (isObject(body) && Array.isArray(body['items']) && Object.keys(body).length === 1)
    return body['items'];
  if (isObject(body)) return [body];
  throw new DomainError(
    'invalid',
    'invalid_request',
    both(
      `请求体应为 ${shape}、由其组成的数组，或 { items: [...] }。`,
      `expected ${shape}, a list of those, or { items: [...] }`,
      { shape },
    ),
  );
}

/** Faults listed in one answer. */
const SHOWN_FAULTS = 100;

/** An item, or what is wrong with it. */
export type Checked<T> = T | { readonly fault: FieldFault };

/** The value itself stays out of the answer: it may be anything, and long. */
export const faulty = (path: string, code: string, message: Bilingual): Checked<never> => ({
  fault: { path, code, message },
});

/**
 * Checks every item. One fault refuses the whole with every fault by its index (the first hundred), so that no
 * part of a batch is ever kept.
 */
export function checkedItems<T extends object>(
  given: readonly unknown[],
  check: (item: unknown) => Checked<T>,
  refusal: { readonly code: string; readonly text: (refused: number, listed: number) => Bilingual },
): T[] {
  const items: T[] = [];
  const faults: FieldFault[] = [];
  let refused = 0;
  for (const [index, item] of given.entries()) {
    const checked = check(item);
    if (!('fault' in checked)) {
      items.push(checked);
      continue;
    }
    const { path, code, message } = checked.fault;
    if (++refused <= SHOWN_FAULTS)
      faults.push({ path: `items[${index}]${path && `.${path}`}`, code, message });
  }
  if (refused > 0)
    throw new DomainError('unprocessable', refusal.code, refusal.text(refused, faults.length), {
      errors: faults,
      details: { refusedCount: refused },
    });
  return items;
}

/** Each item once by its name, the first mention of it. */
export function firstOfEach<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const name = nameOf(item);
    if (!first.has(name)) first.set(name, item);
  }
  return [...first.values()];
}

export const NO_OBJECT = faulty(
  '',
  'item_invalid',
  both('每一项都应是对象。', 'an item is an object'),
);

export const NO_OPENID = faulty(
  'openid',
  'openid_invalid',
  both(
    'openid 由 1 至 64 个字母、数字、"_" 或 "-" 组成。',
    'an openid is 1 to 64 letters, digits, "_" or "-"',
  ),
);

export const isOpenid = (value: unknown): value is Openid =>
  typeof value === 'string' && OPENID_PATTERN.test(value);

/** What `instantOf` reads. */
export const AN_INSTANT = both(
  '应为带时区偏移的 ISO 8601 时间，如 2026-12-01T09:00:00+08:00。',
  'expected ISO 8601 with an offset, such as 2026-12-01T09:00:00+08:00',
);

/** A member that no item has, or one that this item lacks. */
export function memberFault(
  item: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  required: readonly string[],
): Checked<never> | undefined {
  const stranger = Object.keys(item).find((member) => !known.has(member));
  if (stranger !== undefined) {
    const written = stranger.slice(0, LONGEST_SHOWN);
    return { fault: unknownField(written, written, [...known]) };
  }
  const lacking = required.find((member) => item[member] === undefined);
  if (lacking === undefined) return undefined;
  return faulty(
    lacking,
    'required',
    both(`缺少 ${lacking}。`, `${lacking} is required`, { lacking }),
  );
}

/** Names of members may be anything, and long. */
const LONGEST_SHOWN = 64;

/** Undefined without an offset: the time would depend on this server's zone. */
export function instantOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  if (!isISO8601(value, { strict: true })) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
