import { createHash } from 'node:crypto';
import { inByteOrder } from '../kernel/byte-order.js';
import { DomainError } from '../kernel/domain-error.js';

/** A create that may be sent again: the same key with the same request is the same broadcast. */
export interface Idempotency {
  readonly key: string;
  readonly requestHash: Buffer;
}

const KEY = /^[\x20-\x7e]{1,255}$/;

/** Reads the `Idempotency-Key` header; undefined where the caller sent none. */
export function idempotencyOf(
  header: string | undefined,
  request: object,
): Idempotency | undefined {
  if (header === undefined) return undefined;
  if (!KEY.test(header)) {
    throw new DomainError(
      'invalid',
      'idempotency_key_invalid',
      `Idempotency-Key must be 1 to 255 printable ASCII characters, got ${header.length}`,
    );
  }
  return { key: header, requestHash: hashOf(request) };
}

/** The same for the same request, however its members are ordered and spaced. */
const hashOf = (request: object): Buffer =>
  createHash('sha256').update(JSON.stringify(request, sortedMembers)).digest();

const sortedMembers = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => inByteOrder(a, b)))
    : value;
