import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AccountFaults } from '../accounts/account-faults.js';
import { Ticker } from '../kernel/ticker.js';
import { AccountFaulted, TokenUnavailable } from './token.errors.js';
import { TokenService } from './token.service.js';

const EVERY_MS = 60_000;

/**
 * An account with a fault sends nothing, so nobody asks for its token, so nobody would notice that
 * the whitelist or the secret has been put right at WeChat. This asks, once a minute.
 */
@Injectable()
export class TokenRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(TokenRecovery.name);
  readonly #ticker: Ticker;

  constructor(
    private readonly faults: AccountFaults,
    private readonly tokens: TokenService,
  ) {
    this.#ticker = new Ticker(
      () => EVERY_MS,
      () => this.retry(),
      (err) => this.#logger.warn({ err }, 'accounts with a fault could not be looked at'),
    );
  }

  /** However many workers ask: the store lets one call a minute through for each account. */
  async retry(): Promise<void> {
    for (const account of await this.faults.standing('token_')) {
      try {
        await this.tokens.tokenFor(account);
        this.#logger.log({ appid: account.appid }, 'the account has its token again');
      } catch (error) {
        // Still so, and told before.
        if (!(error instanceof AccountFaulted || error instanceof TokenUnavailable)) throw error;
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
