import type { Refusals } from './operation.decorator.js';

/** What an operation is like, as far as it decides what anybody may be refused with. */
export interface OperationTraits {
  readonly path: string;
  readonly method: string;
  /** Whether it answers without a key. */
  readonly open: boolean;
  readonly takesBody: boolean;
  /** Names of the headers that it reads. */
  readonly headers: readonly string[];
}

const MALFORMED = ['invalid_request', 'invalid_text', 'malformed_request', 'invalid_url'];
const MALFORMED_BODY = ['invalid_json', 'client_gone'];
const TOO_LARGE = ['body_too_deep', 'body_too_large', 'body_too_many'];

/** No key, none that is good, or a session that is over; pages tell people which. */
const UNKNOWN = [
  'unauthenticated',
  'api_key_mistyped',
  'session_expired',
  'session_ended',
  'password_changed',
  'disabled',
];
const SHUT = ['permission_required', 'password_change_required'];

/** Lists of which some callers get sealed cursors. */
const BY_OPENID =
  /\/(followers|suppressions|form-ids|deliveries|testers|members|failures|blacklist|rows)$/;

/** What an operation answers without naming it. */
export function commonRefusals(traits: OperationTraits): Refusals {
  const { path, method, open, takesBody, headers } = traits;
  const ofAccount = path.includes('{appid}') ? ['account_not_found'] : [];
  const ofBroadcast = path.startsWith('/v1/broadcasts/{id}') ? ['broadcast_not_found'] : [];
  const absent = [...ofAccount, ...ofBroadcast];
  const foreign = method === 'get' ? [] : ['cross_origin'];
  const repeated = headers.includes('Idempotency-Key');
  const conditional = headers.includes('If-Match');
  return {
    400: [
      ...MALFORMED,
      ...(takesBody ? MALFORMED_BODY : []),
      ...(repeated ? ['idempotency_key_invalid'] : []),
      ...(conditional ? ['if_match_invalid'] : []),
      ...(method === 'get' && BY_OPENID.test(path) ? ['cursor_invalid'] : []),
    ],
    ...(conditional ? { 412: ['revision_stale'] } : {}),
    ...(repeated ? { 422: ['idempotency_key_reused'] } : {}),
    ...(open ? {} : { 401: UNKNOWN, 403: [...SHUT, ...foreign] }),
    ...(absent.length > 0 ? { 404: absent } : {}),
    ...(takesBody ? { 413: TOO_LARGE, 415: ['unsupported_media_type'] } : {}),
  };
}

/** Beside what an operation may answer with 503 itself. */
export const AWAY: readonly string[] = [
  'store_busy',
  'store_full',
  'store_read_only',
  'too_many_bodies',
  'unavailable',
];

/** With any status that an operation does not list. */
export const ANYWHERE: readonly string[] = [
  ...AWAY,
  'headers_too_large',
  'internal',
  'method_not_allowed',
  'request_timeout',
  'url_too_long',
];

/** All codes of a status together, each once. */
export function merged(...all: readonly Refusals[]): [status: string, codes: string[]][] {
  const found = new Map<string, Set<string>>();
  for (const [status, codes] of all.flatMap((refusals) => Object.entries(refusals))) {
    found.set(status, new Set([...(found.get(status) ?? []), ...codes]));
  }
  return [...found].map(([status, codes]) => [status, [...codes].toSorted()]);
}
