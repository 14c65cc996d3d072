import { STATUS_CODES } from 'node:http';
import type { Bilingual } from '../kernel/bilingual.js';
import type { DomainErrorKind, FieldFault } from '../kernel/domain-error.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** RFC 9457. `code` is stable and scripted against; `instance` is found again in the log. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: Bilingual;
  readonly code: string;
  readonly errors?: readonly FieldFault[];
  readonly instance: string;
  readonly [detail: string]: unknown;
}

export const STATUS_OF: Readonly<Record<DomainErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'too-slow': 408,
  conflict: 409,
  gone: 410,
  'changed-since': 412,
  'too-large': 413,
  'wrong-type': 415,
  unprocessable: 422,
  'too-often': 429,
  unavailable: 503,
};

/** What went wrong, before it is known which request it was. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: Bilingual;
  readonly errors?: readonly FieldFault[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export const problemOf = (
  { status, code, detail, errors, details }: Refusal,
  requestId: string,
): Problem => ({
  ...details,
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  code,
  ...(errors === undefined
    ? {}
    : { errors: errors.map(({ path, code: fault, message }) => ({ path, code: fault, message })) }),
  instance: `urn:uuid:${requestId}`,
});
