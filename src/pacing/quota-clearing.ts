import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { actingAsSystem } from '../kernel/acting.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { refusedCall } from '../token/source/refused-call.js';
import { WechatApi } from '../token/wechat-api.js';
import { WechatRefusal, WechatUnreachable } from '../wechat/wechat.errors.js';
import { MAIN_CHANNEL } from './main-channel.js';
import {
  CLEARINGS_A_MONTH,
  type QuotaClearings,
  QuotaClearingsRepository,
} from './quota-clearings.repository.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';

/** WeChat: no clear_quota is left this month. */
const NONE_LEFT = 48006;

/** Sets WeChat's counts of an account's calls back to zero: ten times a month, for all paths at once. */
@Injectable()
export class QuotaClearing {
  readonly #logger = new Logger(QuotaClearing.name);
  readonly #wechat: WechatApi;
  readonly #clearings: QuotaClearingsRepository;
  readonly #inquiry: QuotaInquiry;
  readonly #ledger: QuotaLedger;

  constructor(
    wechat: WechatApi,
    clearings: QuotaClearingsRepository,
    inquiry: QuotaInquiry,
    ledger: QuotaLedger,
  ) {
    this.#wechat = wechat;
    this.#clearings = clearings;
    this.#inquiry = inquiry;
    this.#ledger = ledger;
  }

  /** @param confirmed the appid once more, by which somebody says that they mean it */
  async clear(account: Account, confirmed: string | undefined): Promise<QuotaClearings> {
    const { id, appid } = account;
    if (confirmed !== appid) throw confirmRequired(appid, await this.of(id));
    if (!(await this.#clearings.begin(id))) throw clearedJustNow();
    try {
      await this.#wechat.call(account, {
        path: '/cgi-bin/clear_quota',
        method: 'POST',
        body: JSON.stringify({ appid }),
      });
    } catch (error) {
      // The half minute stands: who tries at once might use a second one up.
      if (error instanceof WechatUnreachable && error.sent === 'maybe') throw maybeCleared(error);
      await this.#noteFailure(id, error);
      throw refusedCall('quota', error) ?? error;
    }
    const clearings = await this.#clearings.cleared(id);
    // Broadcasts that wait for the next day go on by what WeChat says now; that is the service's own question.
    await actingAsSystem(() => this.#askAnew(account));
    return clearings;
  }

  async of(accountId: number): Promise<QuotaClearings> {
    const found = (await this.#clearings.of([accountId])).get(accountId);
    if (found === undefined) throw new Error('clearings were asked for, and none were answered');
    return found;
  }

  #noteFailure(accountId: number, error: unknown): Promise<void> {
    return error instanceof WechatRefusal && error.errcode === NONE_LEFT
      ? this.#clearings.noneLeft(accountId)
      : this.#clearings.giveUp(accountId);
  }

  async #askAnew(account: Account): Promise<void> {
    const channels = await this.#ledger.channelsOf(account.id);
    try {
      const asked = new Set([MAIN_CHANNEL[account.kind], ...channels]);
      await this.#inquiry.askAll(account, asked, 'operator');
    } catch (err) {
      this.#logger.warn({ appid: account.appid, err }, 'the cleared quota could not be read anew');
    }
  }
}

const confirmRequired = (appid: string, clearings: QuotaClearings): DomainError =>
  new DomainError(
    'conflict',
    'confirm_required',
    both(
      `清零会把 ${appid} 今天所有接口的已用次数归零，每月最多 ${CLEARINGS_A_MONTH} 次（所有系统合计），本月最多还剩 ${clearings.left} 次。确认后请再次提交 { "confirm": "${appid}" }。`,
      `This sets what ${appid} has used of every quota today back to zero. It can be done ${CLEARINGS_A_MONTH} times a month by all systems together, and ${clearings.left} are left at most. If you mean it, send it again with { "confirm": "${appid}" }.`,
      {
        appid,
        most: CLEARINGS_A_MONTH,
        left: clearings.left,
        renewsAt: clearings.renewsAt.toISOString(),
      },
    ),
  );

const maybeCleared = (cause: WechatUnreachable): DomainError =>
  new DomainError(
    'unavailable',
    'quota_maybe_cleared',
    both(
      '微信没有应答：可能已经清零，也可能没有。请半分钟后刷新额度，看到没有清零再重试。',
      'WeChat has not answered: the quota may have been cleared, or not. Refresh it in half a minute, and try again only if it was not.',
      { seconds: 30 },
    ),
    { cause },
  );

const clearedJustNow = (): DomainError =>
  new DomainError(
    'conflict',
    'quota_just_cleared',
    both(
      '刚刚已经清零，或正在清零，没有再用掉一次。请半分钟后再看额度。',
      'It was cleared just now, or somebody is at it: no second clearing was used. Look at the quota in half a minute.',
      { seconds: 30 },
    ),
  );
