import { inByteOrder } from '../../kernel/ids.js';

/** JSON whose members are in an order of their own: equal values have equal texts. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => sortedMembers(member));

/** Of an object; anything else stays. */
export const sortedMembers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => inByteOrder(a, b)))
    : value;
