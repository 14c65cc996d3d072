import { STATUS_CODES } from 'node:http';
import type { Bilingual, Params } from '../kernel/bilingual.js';
import type { DomainErrorKind, FieldFault } from '../kernel/domain-error.js';
import type { Notice } from '../kernel/warning.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A fault of a field as an answer has it. */
export interface ShownFault extends Notice {
  readonly path: string;
  readonly message: string;
}

/** RFC 9457. `code` is stable and scripted against; `instance` is found again in the log. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly params: Params;
  readonly zh: string;
  readonly en: string;
  readonly errors?: readonly ShownFault[];
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
  detail: detail.toString(),
  code,
  params: { ...scalarsOf(details), ...detail.params },
  zh: detail.zh,
  en: detail.en,
  ...(errors !== undefined && { errors: errors.map(shownFault) }),
  instance: `urn:uuid:${requestId}`,
});

const shownFault = ({ path, code, message, params }: FieldFault): ShownFault => ({
  path,
  code,
  params: { ...message.params, ...params },
  zh: message.zh,
  en: message.en,
  message: message.toString(),
});

/** Numbers and words among the further members of a problem: a page may put them into its own sentence. */
const scalarsOf = (details: Refusal['details']): Params =>
  Object.fromEntries(
    Object.entries(details ?? {}).filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );
