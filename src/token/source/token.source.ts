import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountSecrets } from '../../accounts/account-secrets.js';
import { Metrics } from '../../metrics/metrics.js';
import type { WechatAnswer } from '../../wechat/answer.js';
import { WechatRefusal } from '../../wechat/wechat.errors.js';
import { WechatTransport } from '../../wechat/wechat.transport.js';
import type { StableTokenRequest, TokenAnswer } from '../../wechat/wechat.wire.js';
import { ExternalToken, type FetchedToken } from './external-token.js';
import { FaultFound } from '../store/token.errors.js';

/** With what a token is asked for. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'external'; readonly url: string; readonly bearer: string | undefined };

/** Well within the lease of the asking process. */
const TIMEOUT_MS = 5_000;

/** Where tokens come from: `stable_token`, `token`, or an address of the customer's. One call each, no retries. */
@Injectable()
export class TokenSource {
  readonly #transport: WechatTransport;
  readonly #external: ExternalToken;
  readonly #secrets: AccountSecrets;
  readonly #metrics: Metrics;

  constructor(
    transport: WechatTransport,
    external: ExternalToken,
    secrets: AccountSecrets,
    metrics: Metrics,
  ) {
    this.#transport = transport;
    this.#external = external;
    this.#secrets = secrets;
    this.#metrics = metrics;
  }

  async credentialOf({ id, tokenMode, externalTokenUrl }: Account): Promise<Credential> {
    if (tokenMode !== 'external')
      return { kind: 'secret', secret: await this.#secrets.secretOf(id) };
    if (externalTokenUrl === null) throw new Error(`account ${id} has no external token address`);
    return {
      kind: 'external',
      url: externalTokenUrl,
      bearer: await this.#secrets.externalTokenBearerOf(id, externalTokenUrl),
    };
  }

  /** With `force`, WeChat kills the present stable token and hands out another. */
  async fetch(
    account: Account,
    credential: Credential,
    { force }: { force: boolean },
  ): Promise<FetchedToken> {
    try {
      const token = await this.#ask(account, credential, force);
      this.#count(account, force ? 'forced' : 'fetched');
      return token;
    } catch (error) {
      const refused = error instanceof WechatRefusal || error instanceof FaultFound;
      this.#count(account, refused ? 'refused' : 'unreachable');
      throw error;
    }
  }

  /** What is pretended is no figure of ours. */
  #count({ apiBase }: Account, outcome: string): void {
    if (apiBase === null) this.#metrics.tokenRefreshes.inc({ outcome });
  }

  async #ask(account: Account, credential: Credential, force: boolean): Promise<FetchedToken> {
    const { appid } = account;
    if (credential.kind === 'external') {
      return await this.#external.fetch(credential.url, credential.bearer);
    }
    const { secret } = credential;
    if (account.tokenMode === 'plain') {
      const query = { grant_type: 'client_credential', appid, secret };
      return tokenIn(
        await this.#transport.exchange(account, {
          path: '/cgi-bin/token',
          query,
          timeoutMs: TIMEOUT_MS,
        }),
      );
    }
    const body: StableTokenRequest = {
      grant_type: 'client_credential',
      appid,
      secret,
      force_refresh: force,
    };
    return tokenIn(
      await this.#transport.exchange(account, {
        path: '/cgi-bin/stable_token',
        body: JSON.stringify(body),
        timeoutMs: TIMEOUT_MS,
      }),
    );
  }
}

function tokenIn(answer: WechatAnswer): FetchedToken {
  const { access_token: accessToken, expires_in: expiresIn } = answer as Partial<TokenAnswer>;
  if (typeof accessToken !== 'string' || accessToken === '' || !(Number(expiresIn) > 0)) {
    throw new Error('the token endpoint answered without a token');
  }
  return { accessToken, expiresInMs: Number(expiresIn) * 1_000 };
}
