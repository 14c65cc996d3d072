import { createHash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { sortedMembers } from './sorted-json.js';

/** A request to create that may be repeated: the same key with the same request is the same broadcast. */
export interface Idempotency {
  readonly key: string;
  readonly requestHash: Buffer;
}

const KEY = /^[\x20-\x7e]{1,255}$/;

/** Reads the `Idempotency-Key` header; undefined where the caller sent none. */
export async function idempotencyOf(
  header: string | undefined,
  request: object,
): Promise<Idempotency | undefined> {
  if (header === undefined) return undefined;
  if (!KEY.test(header)) {
    throw new DomainError(
      'invalid',
      'idempotency_key_invalid',
      both(
        `Idempotency-Key 应为 1 至 255 个可打印 ASCII 字符，现有 ${header.length} 个。`,
        `Idempotency-Key must be 1 to 255 printable ASCII characters, got ${header.length}`,
        { length: header.length },
      ),
    );
  }
  return { key: header, requestHash: await hashOf(request) };
}

/** A longer list is hashed in pieces: at one go it would block the event loop for a tenth of a second. */
const PIECE = 10_000;

/** Equal requests have equal hashes, however their members are ordered and spaced. */
async function hashOf(request: object): Promise<Buffer> {
  const longLists: unknown[][] = [];
  const rest = JSON.stringify(request, (_key, value: unknown) => {
    if (!Array.isArray(value) || value.length <= PIECE) return sortedMembers(value);
    return `a list of ${value.length}, the ${longLists.push(value)}. of its kind`;
  });
  const hash = createHash('sha256').update(rest);
  for (const list of longLists) {
    for (let from = 0; from < list.length; from += PIECE) {
      await letOthersRun();
      hash.update(JSON.stringify(list.slice(from, from + PIECE)));
    }
  }
  return hash.digest();
}
