import type { Account } from '../../accounts/account.js';
import type { Accounts } from '../../accounts/accounts.js';
import { ok, refused, type Answer } from '../../dispatch/answer.js';
import type { Endpoint } from '../../dispatch/endpoint.js';
import { unlistedAddress } from '../../dispatch/errmsg.js';
import { STABLE_TOKEN_PATH, TOKEN_PATH } from '../../kernel/paths.js';
import type { IssuedToken, TokenService } from '../../tokens/token-service.js';

type Credentials = {
  readonly grantType: unknown;
  readonly appid: unknown;
  readonly secret: unknown;
};

/** GET /cgi-bin/token and POST /cgi-bin/stable_token. */
export const tokenEndpoints = (accounts: Accounts, tokens: TokenService): Endpoint[] => [
  {
    method: 'GET',
    path: TOKEN_PATH,
    kinds: null,
    answer: ({ query, ip }) => {
      const credentials = {
        grantType: query.get('grant_type'),
        appid: query.get('appid'),
        secret: query.get('secret'),
      };
      return answerWithToken(accounts, credentials, ip, TOKEN_PATH, (account) =>
        tokens.issuePlain(account),
      );
    },
  },
  {
    method: 'POST',
    path: STABLE_TOKEN_PATH,
    kinds: null,
    answer: (call) => {
      const { fields } = call;
      if (!fields) return refused(47001);
      const credentials = {
        grantType: fields['grant_type'],
        appid: fields['appid'],
        secret: fields['secret'],
      };
      const issue = (account: Account) =>
        fields['force_refresh'] === true
          ? tokens.forceStable(account)
          : tokens.issueStable(account);
      return answerWithToken(accounts, credentials, call.ip, STABLE_TOKEN_PATH, issue);
    },
  },
];

function answerWithToken(
  accounts: Accounts,
  { grantType, appid, secret }: Credentials,
  ip: string,
  path: string,
  issue: (account: Account) => IssuedToken | undefined,
): Answer {
  if (grantType !== 'client_credential') return refused(40002);
  if (!appid) return refused(41002);
  if (!secret) return refused(41004);
  const account = typeof appid === 'string' ? accounts.find(appid) : undefined;
  if (!account) return refused(40013);
  account.tokenRequests++;
  const { settings } = account;
  if (settings.token.errcode === 40164) return refused(40164, unlistedAddress(ip));
  if (settings.token.errcode !== 0) return refused(settings.token.errcode);
  if (secret !== settings.secret) return refused(settings.token.wrongSecretErrcode);
  const spent = account.quotas.take(path);
  if (spent) return refused(spent);
  const token = issue(account);
  if (!token) return refused(45009);
  account.tokensIssued++;
  return ok({ access_token: token.value, expires_in: token.expiresInSeconds });
}
