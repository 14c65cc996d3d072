import { createHash } from 'node:crypto';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { idempotencyKeyOf } from '../../http/idempotency-key.js';
import { sortedMembers } from './sorted-json.js';

/** A request to create that may be repeated: the same key with the same request is the same broadcast. */
export interface Idempotency {
  readonly key: string;
  readonly requestHash: Buffer;
}

/** Reads the `Idempotency-Key` header; undefined where the caller sent none. */
export async function idempotencyOf(
  header: string | undefined,
  request: object,
): Promise<Idempotency | undefined> {
  const key = idempotencyKeyOf(header);
  if (key === undefined) return undefined;
  return { key, requestHash: await hashOf(request) };
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
