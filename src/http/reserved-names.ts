import { both } from '../kernel/bilingual.js';
import type { FieldFault } from '../kernel/domain-error.js';

/** What Nest and class-transformer take out of a body without a word. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Members that no request of ours has, and that would be dropped before anybody could refuse them. */
export function reservedNames(value: unknown, parent = ''): FieldFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const path = parent === '' ? name : `${parent}.${name}`;
    if (!RESERVED.has(name)) return reservedNames(member, path);
    return [
      {
        path,
        code: 'unknown_field',
        message: both('没有这个字段，请去掉。', 'There is no such field.'),
      },
    ];
  });
}
