import { Injectable } from '@nestjs/common';
import { Attempts } from './sender.js';
import { type AskedClaim, ClaimService } from './claim.service.js';
import { Departures } from './unfollow-detector.js';
import { GrantCount } from './grant-count.js';
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
    private readonly departures: Departures,
    private readonly grants: GrantCount,
  ) {}

  async send(nudge: AskedClaim): Promise<void> {
    const broadcast = await this.broadcasts.require(nudge.broadcastId);
    const claim = await this.claims.claim(nudge);
    if (!claim) return;
    const outcome = await this.attempts.make(broadcast, claim);
    await this.settlements.settle(claim, outcome);
    const { broadcastId, openid } = claim;
    const to = { accountId: broadcast.account.id, broadcastId, openid };
    if (outcome.kind === 'refused') this.departures.noticed(outcome.errcode, to);
    await this.grants.settled(to, outcome, broadcast);
  }
}
