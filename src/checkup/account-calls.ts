import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountFaults } from '../accounts/account-faults.js';
import { TokenService } from '../token/token.service.js';
import { WechatApi } from '../token/wechat-api.js';

/** Small calls to WeChat that prove something of an account. */
@Injectable()
export class AccountCalls {
  readonly #wechat: WechatApi;
  readonly #tokens: TokenService;
  readonly #faults: AccountFaults;

  constructor(wechat: WechatApi, tokens: TokenService, faults: AccountFaults) {
    this.#wechat = wechat;
    this.#tokens = tokens;
    this.#faults = faults;
  }

  /**
   * WeChat answers it only to a valid token. A token that we had proves neither the secret nor the whitelist of now, so
   * it is asked for anew; only the plain mode would thereby make another one.
   */
  async askSomething(account: Account): Promise<void> {
    if (account.tokenMode !== 'plain') await this.#tokens.forget(account);
    await this.#wechat.call(account, { path: '/cgi-bin/get_api_domain_ip', method: 'GET' });
    if (account.fault?.code.startsWith('token_')) await this.#faults.clear(account.id);
  }

  /** WeChat's own look at the address that it has for the account. */
  async askForCallback(account: Account): Promise<void> {
    await this.#wechat.call(account, {
      path: '/cgi-bin/callback/check',
      method: 'POST',
      body: JSON.stringify({ action: 'all', check_operator: 'DEFAULT' }),
    });
  }
}
