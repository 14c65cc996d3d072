import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

const KEY = /^[\x20-\x7e]{1,255}$/;

/** Reads the `Idempotency-Key` header; undefined where the caller sent none. */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header;
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
