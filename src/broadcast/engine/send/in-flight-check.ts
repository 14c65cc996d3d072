import { Injectable, Logger } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../../database/hot-sql.js';
import { Coalescer } from '../../../kernel/coalescer.js';

interface Asked {
  readonly accountId: number;
  readonly broadcastId: string;
  readonly openid: string;
}

/**
 * Which of the deliveries have another one of the same openid on its way. A claim older than 30 seconds does not count:
 * the sweep takes it back.
 *
 * $1 broadcast ids, $2 openids, $3 account ids; returns places in these lists, counted from 1
 */
export const OTHERS_IN_FLIGHT: HotStatement = {
  name: 'others-in-flight',
  text: `
select a.place::integer as place
from unnest($1::uuid[], $2::text[], $3::integer[]) with ordinality as a (b, o, account_id, place)
where exists (
  select from delivery d
  where d.openid = a.o and d.broadcast_id <> a.b and d.account_id = a.account_id
    and d.state = 'sending' and d.claimed_at > clock_now() - interval '30 seconds'
)`,
};

/**
 * Tells whether a claimed delivery is the only one on its way to its openid: WeChat answers 43108 to a second one. It
 * is asked after the claim has committed. Of two claims at least the later one sees the other, so the two never go
 * together; sometimes neither goes.
 */
@Injectable()
export class InFlightCheck {
  readonly #logger = new Logger(InFlightCheck.name);
  readonly #questions: Coalescer<Asked, boolean>;
  readonly #sql: HotSql;

  constructor(sql: HotSql) {
    this.#sql = sql;
    this.#questions = new Coalescer({ waitMs: 5, maxItems: 500, concurrency: 2 }, (asked) =>
      this.#answer(asked),
    );
  }

  /** Never fails: where the answer cannot be had, the delivery gives way. */
  async isOnlyOne({ accountId, broadcastId, openid }: Asked): Promise<boolean> {
    try {
      return await this.#questions.add({ accountId, broadcastId, openid });
    } catch (err) {
      this.#logger.warn(
        { broadcastId, err },
        'whether another message is on its way to the recipient is not known; this one waits',
      );
      return false;
    }
  }

  async #answer(asked: readonly Asked[]): Promise<boolean[]> {
    const others = await this.#sql.query<{ place: number }>(OTHERS_IN_FLIGHT, [
      asked.map(({ broadcastId }) => broadcastId),
      asked.map(({ openid }) => openid),
      asked.map(({ accountId }) => accountId),
    ]);
    const taken = new Set(others.map(({ place }) => place));
    return asked.map((_, i) => !taken.has(i + 1));
  }
}
