import { Injectable } from '@nestjs/common';
import { Sender } from './sender.js';
import { type AskedClaim, ClaimService } from './claim.service.js';
import { UnfollowDetector } from './unfollow-detector.js';
import { GrantCount } from './grant-count.js';
import { PreparedBroadcasts } from './prepared-broadcasts.js';
import { SettleService } from './settle.service.js';

/** Steps 4 to 6 for one openid: claim, send, settle. It is harmless to run twice: only a granted claim sends. */
@Injectable()
export class SendService {
  readonly #claims: ClaimService;
  readonly #broadcasts: PreparedBroadcasts;
  readonly #sender: Sender;
  readonly #settlements: SettleService;
  readonly #unfollowDetector: UnfollowDetector;
  readonly #grants: GrantCount;

  constructor(
    claims: ClaimService,
    broadcasts: PreparedBroadcasts,
    sender: Sender,
    settlements: SettleService,
    unfollowDetector: UnfollowDetector,
    grants: GrantCount,
  ) {
    this.#claims = claims;
    this.#broadcasts = broadcasts;
    this.#sender = sender;
    this.#settlements = settlements;
    this.#unfollowDetector = unfollowDetector;
    this.#grants = grants;
  }

  async send(nudge: AskedClaim): Promise<void> {
    const broadcast = await this.#broadcasts.require(nudge.broadcastId);
    const claim = await this.#claims.claim(nudge);
    // Without a claim the row is settled, another's, or back at `pending`, where release finds it.
    if (!claim) return;
    const outcome = await this.#sender.send(broadcast, claim);
    await this.#settlements.settle(claim, outcome);
    const { broadcastId, openid } = claim;
    const to = { accountId: broadcast.account.id, broadcastId, openid };
    if (outcome.kind === 'refused') this.#unfollowDetector.noticed(outcome.errcode, to);
    await this.#grants.countSettled(to, outcome, broadcast);
  }

  /** Once no more jobs come: what sends showed is written before the database's connections end. */
  async drain(): Promise<void> {
    await this.#unfollowDetector.drain();
  }
}
