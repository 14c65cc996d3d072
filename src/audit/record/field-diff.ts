import { isDeepStrictEqual } from 'node:util';
import type { Picture } from './change.js';

/** A member that differs, with its path. `before` or `after` is undefined where the member is not there. */
export interface FieldChange {
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two pictures, member by member. Lists and dates are compared whole. */
export function fieldDiff(
  before: Picture,
  after: Picture,
  path: readonly string[] = [],
): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is, at] = [before[name], after[name], [...path, name]];
    if (isDeepStrictEqual(was ?? null, is ?? null)) return [];
    // What is made or goes is told by its members too.
    if ((isPicture(was) || isMissing(was)) && (isPicture(is) || isMissing(is)))
      return fieldDiff(was ?? {}, is ?? {}, at);
    return [{ path: at, before: was, after: is }];
  });
}

const isMissing = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

const isPicture = (value: unknown): value is Picture =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
