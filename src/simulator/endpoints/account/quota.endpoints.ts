import type { Account } from '../../accounts/account.js';
import type { Accounts } from '../../accounts/accounts.js';
import type { Call } from '../../wire/call.js';
import { type Answer, done, ok, refused } from '../../dispatch/answer.js';
import { EVERY_KIND, type Endpoint } from '../../dispatch/endpoint.js';

/** openapi/quota/* and clear_quota. `known` lists all endpoints, because quota/get refuses unknown ones. */
export const quotaEndpoints = (
  accounts: Accounts,
  known: () => readonly Endpoint[],
): Endpoint[] => [
  {
    method: 'POST',
    path: '/cgi-bin/openapi/quota/get',
    kinds: EVERY_KIND,
    answer: (call, account) => {
      const path = pathIn(call, account, known());
      if (typeof path === 'number') return refused(path);
      return ok({ errcode: 0, errmsg: 'ok', ...account.quotas.report(path) });
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/openapi/quota/clear',
    kinds: EVERY_KIND,
    answer: (call, account) => {
      const path = pathIn(call, account, known());
      if (typeof path === 'number') return refused(path);
      return account.quotas.clearPath(path) ? done : refused(48006);
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/clear_quota',
    kinds: EVERY_KIND,
    answer: (call, account) => {
      if (call.text('appid') !== account.settings.appid) return refused(40013);
      return account.quotas.clear() ? done : refused(48006);
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/clear_quota/v2',
    kinds: null,
    answer: (call) => clearBySecret(accounts, call),
  },
];

function pathIn(
  call: Call,
  { settings }: Account,
  endpoints: readonly Endpoint[],
): string | 47001 | 76021 | 76022 {
  if (!call.fields) return 47001;
  const path = call.text('cgi_path');
  const endpoint = endpoints.find((candidate) => candidate.path === path);
  if (!endpoint) return 76021;
  return endpoint.kinds && !endpoint.kinds.includes(settings.kind) ? 76022 : path;
}

/** The documentation has the credentials in the body, and its example in the query. */
function clearBySecret(accounts: Accounts, call: Call): Answer {
  const appid = call.query.get('appid') || call.text('appid');
  const secret = call.query.get('appsecret') || call.text('appsecret');
  if (!appid) return refused(41002);
  if (!secret) return refused(41004);
  const account = accounts.find(appid);
  if (!account) return refused(40013);
  if (secret !== account.settings.secret) return refused(account.settings.token.wrongSecretErrcode);
  return account.quotas.clear() ? done : refused(48006);
}
