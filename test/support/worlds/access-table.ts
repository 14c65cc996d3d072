import { findConsoleFiles } from '../../../src/console/console-files.js';

/** Who may, of those with a role on the account. */
type Roles = readonly string[];

const ALL: Roles = ['viewer', 'editor', 'sender', 'admin', 'support'];
const WRITERS: Roles = ['editor', 'sender', 'admin'];
const SENDERS: Roles = ['sender', 'admin'];
const PERSON: Roles = ['sender', 'admin', 'support'];
const ADMINS: Roles = ['admin'];

/**
 * - `open`: answers without a key.
 * - `self`: answers whoever came in.
 * - `everywhere`: wants the role on all accounts.
 * - `list`: speaks of the caller's accounts only.
 * - `named`: its body (or its query) names an account.
 * - `account`, `broadcast`, `upload`, `preflight`: its path names one.
 * - `apart`: what belongs to no account, such as keys; wants the role on any.
 */
export type Meets =
  | 'open'
  | 'self'
  | 'everywhere'
  | 'list'
  | 'named'
  | 'account'
  | 'broadcast'
  | 'upload'
  | 'preflight'
  | 'apart';

export interface Expected {
  readonly meets: Meets;
  readonly roles: Roles;
  /** Beside `appid`, where the body names the account. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const on =
  (meets: Meets) =>
  (roles: Roles, body?: Expected['body']): Expected => ({ meets, roles, ...(body && { body }) });
const [open, self] = [on('open')([]), on('self')(ALL)];
const everywhere = on('everywhere');
const list = on('list');
const named = on('named');
const apart = on('apart');
const account = on('account');
const broadcast = on('broadcast');
const upload = on('upload');
const preflight = on('preflight');

/** Every operation of the router, HEAD aside, and what it asks of its caller. A route that is not here fails the walk. */
export const ACCESS: Readonly<Record<string, Expected>> = {
  'GET /': self,
  'GET /login': open,
  'POST /login': open,
  'GET /logout': self,
  'POST /logout': self,
  'GET /oidc/login': open,
  'GET /oidc/callback': open,
  'GET /openapi.json': self,
  'GET /openapi.yaml': self,
  'GET /health': open,
  'GET /health/live': open,
  'GET /health/ready': open,
  'GET /metrics': everywhere(ALL),

  'GET /v1/audit': list(ADMINS),
  'GET /v1/audit.csv': list(ADMINS),
  'GET /v1/roles': self,
  'GET /v1/api-keys': apart(ADMINS),
  'POST /v1/api-keys': apart(ADMINS),
  'GET /v1/api-keys/:id': apart(ADMINS),
  'DELETE /v1/api-keys/:id': apart(ADMINS),
  'POST /v1/api-keys/:id/rotate': apart(ADMINS),
  'GET /v1/setup': open,
  'POST /v1/setup': open,
  'POST /v1/login': open,
  'POST /v1/logout': self,
  'GET /v1/oidc': apart(ADMINS),
  'GET /v1/me': self,
  'PATCH /v1/me': self,
  'POST /v1/me/password': self,
  'POST /v1/me/totp': self,
  'POST /v1/me/totp/confirm': self,
  'DELETE /v1/me/totp': self,
  'POST /v1/me/recovery-codes': self,
  'GET /v1/sessions': self,
  'DELETE /v1/sessions': self,
  'DELETE /v1/sessions/:id': self,
  'GET /v1/operators': apart(ADMINS),
  'POST /v1/operators': apart(ADMINS),
  'GET /v1/operators/:id': apart(ADMINS),
  'PATCH /v1/operators/:id': apart(ADMINS),
  'POST /v1/operators/:id/one-time-password': apart(ADMINS),

  'GET /v1/accounts': list(ALL),
  'POST /v1/accounts': everywhere(ADMINS),
  'GET /v1/accounts/:appid': account(ALL),
  'PATCH /v1/accounts/:appid': account(ADMINS),
  'DELETE /v1/accounts/:appid': account(ADMINS),
  'POST /v1/accounts/:appid/hold': account(SENDERS),
  'POST /v1/accounts/:appid/lift': account(SENDERS),
  'GET /v1/accounts/:appid/quota/days': account(ALL),
  'GET /v1/accounts/:appid/followers/recent': account(SENDERS),
  'GET /v1/accounts/:appid/check': account(ALL),
  'POST /v1/accounts/:appid/check': account(SENDERS),
  'POST /v1/accounts/sandbox': everywhere(WRITERS),
  'GET /v1/accounts/:appid/sandbox': account(ALL),
  'PATCH /v1/accounts/:appid/sandbox': account(SENDERS),
  'GET /v1/accounts/:appid/sandbox/people': account(ALL),
  'GET /v1/accounts/:appid/sandbox/inbox': account(ALL),
  'POST /v1/accounts/:appid/sandbox/people/:openid/unfollow': account(SENDERS),
  'POST /v1/accounts/:appid/sandbox/people/:openid/follow': account(SENDERS),
  'POST /v1/accounts/:appid/sandbox/people/:openid/block': account(SENDERS),
  'POST /v1/accounts/:appid/sandbox/people/:openid/unblock': account(SENDERS),
  'POST /v1/accounts/:appid/sandbox/people/:openid/say': account(SENDERS),
  'GET /v1/accounts/:appid/testers': account(ALL),
  'POST /v1/accounts/:appid/testers': account(SENDERS),
  'POST /v1/accounts/:appid/testers/invite': account(SENDERS),
  'DELETE /v1/accounts/:appid/testers/:openid': account(SENDERS),
  'GET /v1/accounts/:appid/quota': account(ALL),
  'POST /v1/accounts/:appid/quota/refresh': account(SENDERS),
  'POST /v1/accounts/:appid/quota/clear': account(ADMINS),
  'GET /v1/accounts/:appid/templates': account(ALL),
  'GET /v1/accounts/:appid/templates/:templateId': account(ALL),
  'POST /v1/accounts/:appid/templates/sync': account(WRITERS),
  'GET /v1/accounts/:appid/followers': account(ALL),
  'GET /v1/accounts/:appid/followers/:openid': account(ALL),
  'GET /v1/accounts/:appid/followers/:openid/deliveries': account(ALL),
  'GET /v1/accounts/:appid/followers/sync': account(ALL),
  'POST /v1/accounts/:appid/followers/sync': account(WRITERS),
  'GET /v1/accounts/:appid/tags': account(ALL),
  'GET /v1/accounts/:appid/tags/sync': account(ALL),
  'POST /v1/accounts/:appid/tags/sync': account(WRITERS),
  'POST /v1/accounts/:appid/tags': account(WRITERS),
  'GET /v1/accounts/:appid/tags/:tagId': account(ALL),
  'PATCH /v1/accounts/:appid/tags/:tagId': account(WRITERS),
  'DELETE /v1/accounts/:appid/tags/:tagId': account(WRITERS),
  'GET /v1/accounts/:appid/tags/:tagId/members': account(ALL),
  'POST /v1/accounts/:appid/tags/:tagId/tag': account(WRITERS),
  'POST /v1/accounts/:appid/tags/:tagId/untag': account(WRITERS),
  'GET /v1/accounts/:appid/taggings/:taggingId': account(ALL),
  'GET /v1/accounts/:appid/taggings/:taggingId/failures': account(ALL),
  'GET /v1/accounts/:appid/blacklist': account(WRITERS),
  'GET /v1/accounts/:appid/suppressions': account(ALL),
  'POST /v1/accounts/:appid/suppressions': account(WRITERS),
  'DELETE /v1/accounts/:appid/suppressions/:openid': account(WRITERS),
  'GET /v1/accounts/:appid/form-ids': account(ALL),
  'GET /v1/accounts/:appid/form-ids/:openid': account(ALL),
  'POST /v1/accounts/:appid/form-ids': account(WRITERS),
  'GET /v1/accounts/:appid/grants/:openid': account(ALL),
  'POST /v1/accounts/:appid/grants': account(WRITERS),

  'GET /v1/uploads': list(ALL),
  'POST /v1/uploads': named(WRITERS),
  'GET /v1/uploads/:id': upload(ALL),
  'PATCH /v1/uploads/:id': upload(WRITERS),
  'DELETE /v1/uploads/:id': upload(WRITERS),
  'POST /v1/uploads/:id/import': upload(WRITERS),
  'GET /v1/uploads/:id/rows': upload(ALL),
  'GET /v1/uploads/:id/errors': upload(ALL),
  'GET /v1/uploads/:id/errors.csv': upload(ALL),

  'GET /v1/broadcasts': list(ALL),
  'GET /v1/broadcasts/counts': list(ALL),
  'POST /v1/broadcasts': named(WRITERS),
  'POST /v1/broadcasts/test': named(SENDERS),
  'GET /v1/broadcasts/:id': broadcast(ALL),
  'PATCH /v1/broadcasts/:id': broadcast(WRITERS),
  'DELETE /v1/broadcasts/:id': broadcast(WRITERS),
  'POST /v1/broadcasts/:id/confirmation': broadcast(SENDERS),
  'POST /v1/broadcasts/preflight': named(WRITERS),
  'GET /v1/broadcasts/preflight/:preflightId': preflight(ALL),
  'POST /v1/broadcasts/:id/preflight': broadcast(WRITERS),
  'GET /v1/broadcasts/:id/preflight': broadcast(ALL),
  'GET /v1/broadcasts/:id/preflight/:preflightId': broadcast(ALL),
  'POST /v1/broadcasts/:id/start': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/start-now': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/unschedule': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/undo': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/pause': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/resume': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/cancel': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/archive': broadcast(SENDERS),
  'POST /v1/broadcasts/:id/unarchive': broadcast(SENDERS),
  'GET /v1/broadcasts/:id/events': broadcast(ALL),
  'GET /v1/broadcasts/:id/timeline': broadcast(ALL),
  'GET /v1/broadcasts/:id/errors': broadcast(ALL),
  'GET /v1/broadcasts/:id/series': broadcast(ALL),
  'GET /v1/overview': list(ALL),
  'GET /v1/openids/:openid': list(PERSON),
  'GET /v1/broadcasts/:id/why': broadcast(ALL),
  'GET /v1/events': self,
  'GET /v1/broadcasts/:id/deliveries': broadcast(ALL),
  'GET /v1/broadcasts/:id/deliveries/:openid': broadcast(ALL),
  'POST /v1/messages': named(SENDERS),
  'GET /v1/messages/:id': broadcast(ALL),
};

/** Plugins bring these, and their routes change with them: Bull Board, the page of OpenAPI. */
const NATIVE: readonly (readonly [RegExp, Expected])[] = [
  [/^\/queues(\/|$)/, everywhere(SENDERS)],
  [/^\/docs(\/|$)/, self],
];

/** The console's page and files, which hold nobody's data; none where it was not built. */
const built = findConsoleFiles();
const console =
  built === undefined ? [] : [...built.pages, '/assets/:name', '/console.json', '/favicon.svg'];
export const CONSOLE: ReadonlySet<string> = new Set(console.map((path) => `GET ${path}`));

/** What the table says of an operation; undefined for one that nobody has entered. */
export const expectedOf = (method: string, pattern: string): Expected | undefined => {
  const name = `${method} ${pattern}`;
  if (CONSOLE.has(name)) return open;
  return ACCESS[name] ?? NATIVE.find(([matches]) => matches.test(pattern))?.[1];
};

/** WeChat's own way in, by signature. */
export const SIGNED = /^\/wechat\//;
