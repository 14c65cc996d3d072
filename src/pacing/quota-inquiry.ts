import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { ChannelName } from '../wechat/message-channel.js';
import { PathQuotas } from './path-quotas.js';
import { quotaFigures } from './quota-figures.js';
import { type ChannelFigures, type QuotaAsker, QuotaLedger } from './quota-ledger.js';

/** Asks WeChat how much of the day's quota of a path is used, by us and by everybody else. */
@Injectable()
export class QuotaInquiry {
  readonly #wechat: WechatApi;
  readonly #ledger: QuotaLedger;
  readonly #quotas: PathQuotas;

  constructor(wechat: WechatApi, ledger: QuotaLedger, quotas: PathQuotas) {
    this.#wechat = wechat;
    this.#ledger = ledger;
    this.#quotas = quotas;
  }

  /** Throws what the call throws, and on an answer without whole numbers. */
  ask(account: Account, channel: ChannelName, asker: QuotaAsker): Promise<void> {
    return this.askAll(account, [channel], asker);
  }

  /** The same for several channels: the ledger takes all answers, or none. */
  async askAll(
    account: Account,
    channels: Iterable<ChannelName>,
    asker: QuotaAsker,
  ): Promise<void> {
    const said: ChannelFigures[] = [];
    for (const channel of channels)
      said.push({ channel, asker, ...(await this.#figures(account, channel)) });
    await this.#ledger.learnAll(account.id, said);
    for (const { channel, limit, used, askedAt } of said)
      await this.#quotas.note(account.id, {
        path: CHANNEL_PATHS[channel],
        limit,
        used,
        errcode: null,
        askedAt,
      });
  }

  async #figures(account: Account, channel: ChannelName) {
    const askedAt = await this.#ledger.now();
    return { ...(await quotaFigures(this.#wechat, account, CHANNEL_PATHS[channel])), askedAt };
  }
}
