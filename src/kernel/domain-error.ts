import type { Bilingual, Params } from './bilingual.js';

/** What somebody must do next; the HTTP filter maps each kind to one status. */
export type DomainErrorKind =
  | 'invalid' // 400: the request is malformed
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'too-slow' // 408: the body did not come in time
  | 'conflict' // 409: well-formed, impossible in the present state
  | 'gone' // 410: it existed, and is not kept any more
  | 'changed-since' // 412: it is not what the caller has seen any more
  | 'too-large' // 413
  | 'wrong-type' // 415: a body of another kind than is taken
  | 'unprocessable' // 422: well-formed, refers to something that does not fit
  | 'too-often' // 429: too many tries; `details.retryAfterSeconds` says when the next is heard
  | 'unavailable'; // 503: a part of ours or of WeChat's is away; try again

/** One fault of one field: where, a stable code, and what to do about it. */
export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly message: Bilingual;
  /** What a page needs to say it in its own way, beside what the message has: the field's name. */
  readonly params?: Params;
}

/**
 * A refusal that the caller can act upon. `code` is stable and scripted against;
 * the message says what was expected, what came, and what to do.
 */
export class DomainError extends Error {
  /** The message, its languages apart. */
  readonly words: Bilingual;

  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    words: Bilingual,
    readonly extra: {
      readonly errors?: readonly FieldFault[];
      /** Further members of the problem document, such as `allowed` or `errcode`. */
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(words.toString(), { cause: extra.cause });
    this.words = words;
    this.name = 'DomainError';
  }
}
