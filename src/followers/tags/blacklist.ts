import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { both } from '../../kernel/bilingual.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Openid } from '../../kernel/ids.js';
import { refusedCall } from '../../token/source/refused-call.js';
import { WechatApi } from '../../token/wechat-api.js';
import { followerPage } from '../sync/follower-page.js';
import { requireTagged } from './tag-refusals.js';

/** One page of an account's blacklist at WeChat. */
export interface BlacklistPage {
  readonly total: number | null;
  readonly openids: readonly Openid[];
  readonly next: Openid | null;
  readonly asOf: Date;
}

const PATH = '/cgi-bin/tags/members/getblacklist';

/** WeChat's own blacklist, read as it is now: nothing of it is kept here. */
@Injectable()
export class Blacklist {
  readonly #wechat: WechatApi;
  readonly #clock: Clock;

  constructor(wechat: WechatApi, clock: Clock) {
    this.#wechat = wechat;
    this.#clock = clock;
  }

  /** One call a page. WeChat decides how much a page holds. */
  async read(account: Account, after: Openid | undefined): Promise<BlacklistPage> {
    requireTagged(account);
    const asOf = this.#clock.now();
    const page = followerPage(await this.#ask(account, after), after ?? null);
    if (page === undefined)
      throw new DomainError(
        'unavailable',
        'wechat_answer_unusable',
        both(
          '微信的应答里没有黑名单，请稍后重试。',
          'WeChat answered without a blacklist: try again.',
        ),
      );
    const { total, openids, next } = page;
    return { total, openids, next, asOf };
  }

  async #ask(account: Account, after = '') {
    try {
      return await this.#wechat.call(account, {
        path: PATH,
        method: 'POST',
        body: JSON.stringify({ begin_openid: after }),
      });
    } catch (error) {
      throw refusedCall('tags', error) ?? error;
    }
  }
}
