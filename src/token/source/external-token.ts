import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { request } from 'undici';
import { mayCarrySecret } from '../../accounts/account-bearer.js';
import { WechatConfig } from '../../config/config.js';
import { ProxyConfig } from '../../config/proxy-config.js';
import { OutboundAddressRefused } from '../../http/outbound-address.js';
import { OutboundDispatcher } from '../../http/outbound-dispatcher.js';
import { ownFault } from './token-faults.js';
import { FaultFound, type TokenFault } from '../store/token.errors.js';

/** A token as its source gave it. */
export interface FetchedToken {
  readonly accessToken: string;
  /** What is left of its life. */
  readonly expiresInMs: number;
}

const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** No token of WeChat's lives longer. */
const MAX_LIFE_SECONDS = 7_200;

/** Asks the customer's token server: GET, a bearer if there is one, `{ access_token, expires_in }`. */
@Injectable()
export class ExternalToken implements OnApplicationShutdown {
  readonly #loopback: boolean;
  readonly #dispatcher: OutboundDispatcher;

  constructor({ loopback }: WechatConfig, proxies: ProxyConfig) {
    this.#loopback = loopback;
    // The address was checked when it was saved, and is checked again at each connection.
    this.#dispatcher = new OutboundDispatcher({ allowLoopback: loopback }, proxies, {
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /** Throws FaultFound for what a person must mend; any other error passes by itself. */
  async fetch(url: string, bearer: string | undefined): Promise<FetchedToken> {
    const { status, text } = await this.#get(url, bearer);
    if (status >= 500 || status === 429)
      throw new Error(`the external token address answered ${status}`);
    if (status !== 200) throw new FaultFound(refused(status));
    return tokenIn(text);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#dispatcher.close();
  }

  async #get(url: string, bearer: string | undefined): Promise<{ status: number; text: string }> {
    if (bearer !== undefined && !mayCarrySecret(url, this.#loopback))
      throw new FaultFound(addressRefused(HTTPS_FOR_BEARER));
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: this.#dispatcher,
        headers: {
          accept: 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: statusCode, text: await body.text() };
    } catch (error) {
      if (!(error instanceof OutboundAddressRefused)) throw error;
      throw new FaultFound(addressRefused(error), undefined, error);
    }
  }
}

function tokenIn(text: string): FetchedToken {
  const answer = parse(text);
  const accessToken = answer?.['access_token'];
  const expiresIn = Number(answer?.['expires_in']);
  // Visible ASCII, as WeChat's tokens are: the token goes into a query.
  if (
    typeof accessToken !== 'string' ||
    !/^[\x21-\x7e]{1,2048}$/.test(accessToken) ||
    !(expiresIn > 0)
  ) {
    throw new FaultFound(UNREADABLE);
  }
  return { accessToken, expiresInMs: Math.min(expiresIn, MAX_LIFE_SECONDS) * 1_000 };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const UNREADABLE = ownFault(
  'token_external_unreadable',
  '外部 token 地址的返回内容不正确，应为 { "access_token": "…", "expires_in": 7200 }。请检查该接口。',
  'The external token address did not answer { "access_token": "…", "expires_in": 7200 }. Check it.',
);

const refused = (status: number): TokenFault =>
  ownFault(
    'token_external_refused',
    `外部 token 地址返回状态 ${status}。请检查地址和 Bearer 凭据。`,
    `The external token address answered with status ${status}. Check the address and the bearer.`,
  );

const HTTPS_FOR_BEARER = {
  zh: '带 Bearer 的地址必须是 https。',
  en: 'an address that gets a bearer must be https',
};

const addressRefused = ({ zh, en }: Pick<OutboundAddressRefused, 'zh' | 'en'>): TokenFault =>
  ownFault(
    'token_external_address_refused',
    `外部 token 地址不允许访问：${zh}请改用公网地址。`,
    `The external token address may not be called: ${en}. Use a public one.`,
  );
