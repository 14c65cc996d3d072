import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { remedyFor } from '../../../wechat/remedies.js';
import { WechatRefusal } from '../../../wechat/wechat.errors.js';
import { recordEvent } from '../record/broadcast-events.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { type ReviewShare, ReviewShares } from './review-shares.js';

/** Whose message it was. */
interface Reviewed {
  readonly accountId: number;
  readonly broadcastId: string;
}

const BREAKER = 'under_review';

/**
 * Tells people that WeChat reviews more than a few of a broadcast's messages: in its history, in the account's health
 * and in the log, once in its life. It holds nothing: what is under review is not lost, and a hold would not undo it.
 */
@Injectable()
export class ReviewWatch {
  readonly #logger = new Logger(ReviewWatch.name);
  readonly #shares = new ReviewShares();
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** `failure` is what the send threw, undefined where WeChat accepted. The caller does not wait. */
  answered(to: Reviewed, failure: unknown): void {
    if (failure !== undefined && !(failure instanceof WechatRefusal)) return;
    const underReview = failure !== undefined && remedyFor(failure.errcode) === 'in-review';
    const share = this.#shares.answered(to.broadcastId, underReview);
    if (!share) return;
    this.#tell(to, share).catch((err: unknown) => {
      this.#shares.forget(to.broadcastId);
      this.#logger.warn(
        { broadcastId: to.broadcastId, err },
        'that WeChat reviews many messages of a broadcast is not written down yet',
      );
    });
  }

  async #tell({ accountId, broadcastId }: Reviewed, { part, whole }: ReviewShare): Promise<void> {
    const percent = Math.round((100 * part) / whole);
    const isNew = await this.#db.transaction().execute(async (tx) => {
      // Events become visible in their order: each is written under the broadcast's lock.
      const broadcast = await tx
        .selectFrom('broadcast')
        .select('purpose')
        .where('id', '=', broadcastId)
        .forUpdate()
        .executeTakeFirst();
      if (broadcast?.purpose !== 'broadcast') return false;
      const told = await tx
        .insertInto('broadcastBrake')
        .values({ broadcastId, brake: BREAKER, decidedAt: sql<Date>`clock_now()`, tripped: false })
        .onConflict((oc) => oc.doNothing())
        .returning('brake')
        .executeTakeFirst();
      if (!told) return false;
      await recordEvent(tx, broadcastId, 'under_review', { part, whole, percent });
      const row = { toldAt: sql<Date>`clock_now()`, broadcastId, percent };
      await tx
        .insertInto('accountReview')
        .values({ accountId, ...row })
        .onConflict((oc) => oc.column('accountId').doUpdateSet(row))
        .execute();
      return true;
    });
    if (isNew)
      this.#logger.warn(
        { accountId, broadcastId, part, whole },
        'WeChat reviews many messages of this broadcast: it sends them itself if they pass',
      );
  }
}
