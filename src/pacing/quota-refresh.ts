import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { CHANNEL_PATHS } from '../wechat/channel-paths.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { PathInquiry } from './path-inquiry.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';

/** Asks WeChat for all that it counts of an account, because a person wants to know. */
@Injectable()
export class QuotaRefresh {
  readonly #ledger: QuotaLedger;
  readonly #inquiry: QuotaInquiry;
  readonly #paths: PathInquiry;

  constructor(ledger: QuotaLedger, inquiry: QuotaInquiry, paths: PathInquiry) {
    this.#ledger = ledger;
    this.#inquiry = inquiry;
    this.#paths = paths;
  }

  /**
   * By which it sends first, which corrects the ledger: that throws what the call throws. What cannot be learned of
   * another path stays as it was.
   */
  async all(account: Account): Promise<void> {
    const sentBy = await this.#ledger.channelsOf(account.id);
    const channels = new Set([MAIN_CHANNEL[account.kind], ...sentBy]);
    await this.#inquiry.askAll(account, channels, 'operator');
    await this.#paths.ask(account, new Set([...channels].map((each) => CHANNEL_PATHS[each])));
  }
}
