import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../database/hot-sql.js';
import { retryingDeadlocks } from '../../database/session/sqlstate.js';
import { CONCLUDE_FORM_IDS } from './form-id.statements.js';

/** One use of a form_id that a delivery holds. */
export interface HeldFormId {
  readonly id: string;
  readonly broadcastId: string;
  readonly openid: string;
  readonly takes: number;
}

/** $1 after id, $2 limit, $3 seconds */
export const HELD_FORM_IDS: HotStatement = {
  name: 'form-ids-held',
  text: `
    select id, broadcast_id as "broadcastId", openid, takes from form_id
    where state = 'held' and id > $1::bigint and held_at < clock_now() - make_interval(secs => $3::integer)
    order by id limit $2::integer`,
};

/** Claims that the sweep concludes: the process died, or the database was away, between a claim and its end. */
@Injectable()
export class FormIdClaims {
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
  }

  /** In the order of their ids, after the id `after`; claims of the last so many seconds are left out. */
  held(after: string, limit: number, seconds: number): Promise<HeldFormId[]> {
    return this.#hot.query<HeldFormId>(HELD_FORM_IDS, [after, limit, seconds]);
  }

  /** Leaves alone what a delivery has claimed again since it was listed. Harmless to repeat. */
  async conclude(
    held: readonly { readonly claim: HeldFormId; readonly becomes: 'spent' | 'live' }[],
  ): Promise<void> {
    if (held.length === 0) return;
    await retryingDeadlocks(() =>
      this.#hot.query(CONCLUDE_FORM_IDS, [
        held.map(({ claim }) => claim.id),
        held.map(({ claim }) => claim.broadcastId),
        held.map(({ claim }) => claim.takes),
        held.map(({ becomes }) => becomes),
        held.map(() => null),
      ]),
    );
  }
}
