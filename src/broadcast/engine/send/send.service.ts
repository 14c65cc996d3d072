import { Injectable } from '@nestjs/common';
import { clientMsgId } from '../../../kernel/ids.js';
import { type AskedClaim, type Claim, ClaimService } from './claim.service.js';
import { Consequences } from './consequences.js';
import { judge, type Judgement } from './outcome.js';
import { type PreparedBroadcast, PreparedBroadcasts } from './prepared-broadcasts.js';
import { SendReports } from './send-reports.js';
import { SettleService } from './settle.service.js';

/** Steps 4 to 6 for one openid: claim, send, settle. Harmless to run twice: only a granted claim sends. */
@Injectable()
export class SendService {
  constructor(
    private readonly claims: ClaimService,
    private readonly broadcasts: PreparedBroadcasts,
    private readonly settlements: SettleService,
    private readonly consequences: Consequences,
    private readonly reports: SendReports,
  ) {}

  async send(nudge: AskedClaim): Promise<void> {
    const broadcast = await this.broadcasts.require(nudge.broadcastId);
    const claim = await this.claims.claim(nudge);
    if (!claim) return;
    const { outcome, consequence } = await this.#attempt(broadcast, claim);
    // The hold first: a row that is back while the broadcast still runs would only be refused again.
    const { broadcastId, openid } = claim;
    const to = { accountId: broadcast.account.id, broadcastId, openid };
    if (consequence) await this.consequences.draw(to, consequence);
    await this.settlements.settle(claim, outcome);
    if (outcome.kind === 'refused') this.reports.refused(outcome.errcode, to);
  }

  async #attempt(
    { account, channel, message }: PreparedBroadcast,
    claim: Claim,
  ): Promise<Judgement> {
    const { broadcastId, openid, attempts, tries, attemptGroup, vars, mayWrite } = claim;
    const startedAt = performance.now();
    let judgement: Judgement;
    let failure: unknown;
    try {
      const msgid = await channel.send(account, message, {
        openid,
        clientMsgId: clientMsgId(broadcastId, openid, attemptGroup),
        vars,
        mayWrite,
      });
      judgement = { outcome: { kind: 'accepted', msgid } };
    } catch (error) {
      failure = error;
      judgement = judge(error, { attempts, tries, personal: vars !== null });
      this.reports.failed(claim, error);
    }
    this.reports.answered({ accountId: account.id, broadcastId, openid }, failure);
    this.reports.attempted(account, judgement.outcome, performance.now() - startedAt);
    return judgement;
  }
}
