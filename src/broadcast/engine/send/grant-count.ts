import { Injectable, Logger } from '@nestjs/common';
import { Grants } from '../../../mini-program/grants/grants.js';
import type { Sent } from '../record/addressee.js';
import type { Outcome } from './outcome.js';
import type { PreparedBroadcast } from './prepared-broadcasts.js';

/** WeChat's word for a recipient who has not subscribed, who refuses, or whose grants are spent. */
const NO_GRANT = 43101;

/**
 * Counts the grants that sends spend, once the outcome is durable. It never fails. Should a grant not be counted here,
 * WeChat's next 43101 corrects the count.
 */
@Injectable()
export class GrantCount {
  readonly #logger = new Logger(GrantCount.name);
  readonly #grants: Grants;

  constructor(grants: Grants) {
    this.#grants = grants;
  }

  async countSettled(
    { accountId, openid, broadcastId }: Sent,
    outcome: Outcome,
    { channel, templateId }: PreparedBroadcast,
  ): Promise<void> {
    if (channel.templates !== 'subscription') return;
    try {
      if (outcome.kind === 'accepted') await this.#grants.spent(accountId, templateId, openid);
      if (outcome.kind === 'refused' && outcome.errcode === NO_GRANT)
        await this.#grants.exhausted(accountId, templateId, openid);
    } catch (err) {
      this.#logger.warn({ broadcastId, err }, 'a grant was not counted');
    }
  }
}
