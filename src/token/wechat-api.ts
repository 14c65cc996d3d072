import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import type { WechatAnswer } from '../wechat/answer.js';
import { remedyFor } from '../wechat/remedies.js';
import { WechatRefusal } from '../wechat/wechat.errors.js';
import { type WechatRequest, WechatTransport } from '../wechat/wechat.transport.js';
import { TokenService } from './token.service.js';

/** The errcode for a call without a token. We always send one, so a proxy has lost it: worth another try. */
const NO_TOKEN = 41001;

/** WeChat's API as one account: the transport, with a valid token in every call. */
@Injectable()
export class WechatApi {
  readonly #transport: WechatTransport;
  readonly #tokens: TokenService;

  constructor(transport: WechatTransport, tokens: TokenService) {
    this.#transport = transport;
    this.#tokens = tokens;
  }

  /**
   * A rejected token is replaced and the call repeated once, or twice where WeChat insists that the rejected token is
   * the valid one; what it says then is the answer. A rejected token is proof that nothing was sent.
   * Throws what the transport throws, or AccountFaulted or TokenUnavailable: with these, too, nothing was sent.
   */
  async call(account: Account, request: WechatRequest): Promise<WechatAnswer> {
    const token = await this.#tokens.tokenFor(account);
    const answer = await this.#unlessRejected(account, request, token);
    if (answer !== undefined) return answer;

    const other = await this.#tokens.replacementFor(account, token);
    if (other !== token) return await this.#exchange(account, request, other);

    const answerAfterAll = await this.#unlessRejected(account, request, token);
    if (answerAfterAll !== undefined) return answerAfterAll;
    return await this.#exchange(
      account,
      request,
      await this.#tokens.replacementFor(account, token, { twice: true }),
    );
  }

  async #unlessRejected(
    account: Account,
    request: WechatRequest,
    token: string,
  ): Promise<WechatAnswer | undefined> {
    try {
      return await this.#exchange(account, request, token);
    } catch (error) {
      if (isTokenRejected(error)) return undefined;
      throw error;
    }
  }

  #exchange(account: Account, request: WechatRequest, token: string): Promise<WechatAnswer> {
    return this.#transport.exchange(account, {
      ...request,
      query: { ...request.query, access_token: token },
    });
  }
}

const isTokenRejected = (error: unknown): boolean =>
  error instanceof WechatRefusal &&
  (remedyFor(error.errcode) === 'renew-token' || error.errcode === NO_TOKEN);
