import { isISO8601 } from 'class-validator';
import { unknownField } from '../http/unknown-field.js';
import { both } from '../kernel/bilingual.js';
import { DomainError, type FieldFault } from '../kernel/domain-error.js';

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The items of a body that is one of them, a list of them, or `{ items }`.
 * @param shape how one looks, for who sent something else
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
    ),
  );
}

/** A fault of a member that an item lacks. */
export const missing = (path: string): FieldFault => ({
  path,
  code: 'required',
  message: both(`缺少 ${path}。`, `${path} is required`),
});

/** A fault of a member that no item has. */
export const unknownMember = (name: string, known: ReadonlySet<string>): FieldFault => {
  const written = name.slice(0, LONGEST_SHOWN);
  return unknownField(written, written, [...known]);
};

/** Names of members may be anything, and long. */
const LONGEST_SHOWN = 64;

/** Without an offset it would be read in the time of this server. */
export function instantOf(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  if (!isISO8601(value, { strict: true })) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
