import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AccountFaults } from '../accounts/account-faults.js';
import { Ticker } from '../kernel/ticker.js';
import { WechatApi } from './wechat-api.js';

const EVERY_MS = 60_000;

/**
 * An account with a fault sends nothing, so nobody asks for its token, so nobody would notice that
 * the whitelist or the secret has been put right at WeChat. This asks, once a minute.
 */
@Injectable()
export class TokenRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(TokenRecovery.name);
  readonly #ticker: Ticker;
  readonly #faults: AccountFaults;
  readonly #wechat: WechatApi;

  constructor(faults: AccountFaults, wechat: WechatApi) {
    this.#faults = faults;
    this.#wechat = wechat;
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => this.retry(),
      (err) => this.#logger.warn({ err }, 'accounts with a fault could not be looked at'),
    );
  }

  /** A small call that WeChat answers only to a valid token; it renews a token that is the cause. */
  async retry(): Promise<void> {
    for (const account of await this.#faults.faultyAccounts('token_')) {
      try {
        await this.#wechat.call(account, { path: '/cgi-bin/get_api_domain_ip', method: 'GET' });
        await this.#faults.clear(account.id);
        this.#logger.log({ appid: account.appid }, 'WeChat accepts the account again');
      } catch (err) {
        // Only `debug`: the fault was logged when it began.
        this.#logger.debug({ appid: account.appid, err }, 'the account still has its fault');
      }
    }
  }

  onApplicationBootstrap(): void {
    this.#ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#ticker.stop();
  }
}
