import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';

/** The versions that a caller has seen, by their etags: what has changed since is left as it is. */
export type Seen = ReadonlySet<string>;

const ETAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/;
const ETAG = /(W\/)?"([\x21\x23-\x7e]*)"/g;

/** Reads the `If-Match` header; undefined where there is none, or any version will do (`*`). Weak etags match nothing. */
export function seenIn(header: string | undefined): Seen | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  if (!ETAGS.test(header))
    throw new DomainError(
      'invalid',
      'if_match_invalid',
      both(
        'If-Match 应为带双引号的 etag，如 "7"，或 *。',
        'If-Match must be an etag in double quotes, such as "7", or *',
      ),
    );
  return new Set(
    [...header.matchAll(ETAG)].flatMap(([, weak, etag = '']) => (weak === undefined ? [etag] : [])),
  );
}

/** A strong etag, as a header has it. */
export const etagHeader = (etag: string): string => `"${etag}"`;
