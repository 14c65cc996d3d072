import { Injectable, Logger } from '@nestjs/common';
import { Grants } from '../../../mini-program/grants.js';
import { Consequences } from './consequences.js';
import type { Addressee } from '../addressee.js';
import { Departures } from './departures.js';
import type { Consequence, Outcome } from './outcome.js';
import type { PreparedBroadcast } from './prepared-broadcasts.js';

/** The person has not subscribed, refuses, or the grant is spent. */
const NO_GRANT = 43101;

/** What an attempt changes beside its own row. Nothing here fails: the row's outcome must not be lost with it. */
@Injectable()
export class Aftermath {
  readonly #logger = new Logger(Aftermath.name);

  constructor(
    private readonly consequences: Consequences,
    private readonly departures: Departures,
    private readonly grants: Grants,
  ) {}

  /** To be drawn before the row is settled: one that is back while its broadcast still runs is only refused again. */
  draw(to: Addressee, consequence: Consequence): Promise<void> {
    return this.consequences.draw(to, consequence);
  }

  /** Once the outcome is durable. */
  async settled(to: Addressee, outcome: Outcome, broadcast: PreparedBroadcast): Promise<void> {
    if (outcome.kind === 'refused') this.departures.noticed(outcome.errcode, to);
    if (broadcast.channel.templates === 'subscription')
      await this.#keepCount(to, outcome, broadcast.templateId);
  }

  /** A send spends one grant. Where one is forgotten here, WeChat's next 43101 puts the count right. */
  async #keepCount(
    { accountId, openid, broadcastId }: Addressee,
    outcome: Outcome,
    templateId: string,
  ): Promise<void> {
    try {
      if (outcome.kind === 'accepted') await this.grants.spent(accountId, templateId, openid);
      if (outcome.kind === 'refused' && outcome.errcode === NO_GRANT)
        await this.grants.exhausted(accountId, templateId, openid);
    } catch (err) {
      this.#logger.warn({ broadcastId, err }, 'a grant was not counted');
    }
  }
}
