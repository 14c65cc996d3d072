import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { Aftermath } from './aftermath.js';
import { Attempts } from './attempts.js';
import { type AskedClaim, ClaimService } from './claim.service.js';
import { PreparedBroadcasts } from './prepared-broadcasts.js';
import { SettleService } from './settle.service.js';

/** Steps 4 to 6 for one openid: claim, send, settle. Harmless to run twice: only a granted claim sends. */
@Injectable()
export class SendService {
  constructor(
    private readonly claims: ClaimService,
    private readonly broadcasts: PreparedBroadcasts,
    private readonly attempts: Attempts,
    private readonly settlements: SettleService,
    private readonly aftermath: Aftermath,
    private readonly clock: Clock,
  ) {}

  async send(nudge: AskedClaim): Promise<void> {
    const broadcast = await this.broadcasts.require(nudge.broadcastId);
    const claim = await this.claims.claim(nudge);
    if (!claim) return;
    const calledAt = this.clock.now();
    const { outcome, consequence } = await this.attempts.make(broadcast, claim);
    // The hold first: a row that is back while the broadcast still runs would only be refused again.
    const { broadcastId, openid } = claim;
    const to = {
      accountId: broadcast.account.id,
      channel: broadcast.channel.name,
      broadcastId,
      openid,
      calledAt,
    };
    if (consequence) await this.aftermath.draw(to, consequence);
    await this.settlements.settle(claim, outcome);
    await this.aftermath.settled(to, outcome, broadcast);
  }
}
