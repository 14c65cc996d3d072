import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { WechatApi } from '../token/wechat-api.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import type { ChannelName } from '../wechat/message-channel.js';
import { type ChannelFigures, type QuotaAsker, QuotaLedger } from './quota-ledger.js';

/** Asks WeChat how much of the day's quota of a path is used, by us and by everybody else. */
@Injectable()
export class QuotaInquiry {
  readonly #wechat: WechatApi;
  readonly #ledger: QuotaLedger;

  constructor(wechat: WechatApi, ledger: QuotaLedger) {
    this.#wechat = wechat;
    this.#ledger = ledger;
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
  }

  async #figures(account: Account, channel: ChannelName) {
    const path = CHANNEL_PATHS[channel];
    const askedAt = await this.#ledger.now();
    const { quota } = await this.#wechat.call(account, {
      path: '/cgi-bin/openapi/quota/get',
      method: 'POST',
      body: JSON.stringify({ cgi_path: path }),
    });
    const said = quota as { daily_limit?: unknown; used?: unknown } | undefined;
    const limit = Number(said?.daily_limit);
    const used = Number(said?.used);
    if (!Number.isSafeInteger(limit) || !Number.isSafeInteger(used) || limit <= 0 || used < 0)
      throw new Error(`WeChat told no quota for ${path}: ${JSON.stringify(quota)}`);
    return { limit, used, askedAt };
  }
}
