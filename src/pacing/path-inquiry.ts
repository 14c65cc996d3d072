import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { Clock } from '../kernel/clock.js';
import { WechatApi } from '../token/wechat-api.js';
import { CALLED_PATHS } from '../wechat/called-paths.js';
import { remedyFor } from '../wechat/remedies.js';
import { WechatRefusal } from '../wechat/wechat.errors.js';
import { PathQuotas } from './path-quotas.js';
import { quotaFigures } from './quota-figures.js';

/** Asks WeChat for the quota of every path that the service calls for an account. */
@Injectable()
export class PathInquiry {
  readonly #logger = new Logger(PathInquiry.name);
  readonly #wechat: WechatApi;
  readonly #quotas: PathQuotas;
  readonly #clock: Clock;

  constructor(wechat: WechatApi, quotas: PathQuotas, clock: Clock) {
    this.#wechat = wechat;
    this.#quotas = quotas;
    this.#clock = clock;
  }

  /** One call a path. Never throws: what cannot be learned now stays as it was, with its time. */
  async ask(account: Account, but: ReadonlySet<string> = new Set()): Promise<void> {
    for (const path of CALLED_PATHS[account.kind]) {
      if (but.has(path)) continue;
      try {
        await this.#askOne(account, path);
      } catch (err) {
        this.#logger.warn({ appid: account.appid, err }, 'quotas of an account were not learned');
        return;
      }
    }
  }

  /** Throws where asking on makes no sense. */
  async #askOne(account: Account, path: string): Promise<void> {
    const askedAt = this.#clock.now();
    try {
      const { limit, used } = await quotaFigures(this.#wechat, account, path);
      await this.#quotas.note(account.id, { path, limit, used, errcode: null, askedAt });
    } catch (error) {
      if (!(error instanceof WechatRefusal) || remedyFor(error.errcode) !== 'refuse') throw error;
      const { errcode } = error;
      await this.#quotas.note(account.id, { path, limit: null, used: null, errcode, askedAt });
    }
  }
}
