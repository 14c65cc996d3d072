import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../../database/hot-sql.js';
import { FormIdClaims, type HeldFormId } from '../../../mini-program/form-ids/form-id-claims.js';
import type { DeliveryState } from '../record/states.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

const PAGE = 1_000;
/** A send that claimed a form_id is done with it long before. */
const PATIENCE_SECONDS = 60;

/** $1 broadcast ids, $2 openids */
export const DELIVERY_STATES_OF_FORM_IDS: HotStatement = {
  name: 'form-id-deliveries',
  text: `
    select d.broadcast_id as "broadcastId", d.openid, d.state
    from unnest($1::uuid[], $2::text[]) as h (broadcast_id, openid)
    join delivery d on d.broadcast_id = h.broadcast_id and d.openid = h.openid`,
};

interface DeliveryRow {
  readonly broadcastId: string;
  readonly openid: string;
  readonly state: DeliveryState;
}

/**
 * Concludes claims of form_ids whose delivery has ended without concluding them: its process died, or the database was
 * away. A delivery that is still open keeps its form_id.
 */
@Injectable()
export class UnfinishedFormIds implements PeriodicTask {
  readonly what = 'form_ids';
  readonly everyMs = 30_000;
  readonly #claims: FormIdClaims;
  readonly #hot: HotSql;

  constructor(claims: FormIdClaims, hot: HotSql) {
    this.#claims = claims;
    this.#hot = hot;
  }

  async run(): Promise<void> {
    for (let after = '0'; ;) {
      const held = await this.#claims.held(after, PAGE, PATIENCE_SECONDS);
      await this.#conclude(held);
      const last = held.at(-1);
      if (last === undefined || held.length < PAGE) return;
      after = last.id;
    }
  }

  async #conclude(held: readonly HeldFormId[]): Promise<void> {
    if (held.length === 0) return;
    const rows = await this.#hot.query<DeliveryRow>(DELIVERY_STATES_OF_FORM_IDS, [
      held.map(({ broadcastId }) => broadcastId),
      held.map(({ openid }) => openid),
    ]);
    const states = new Map(rows.map((row) => [keyOf(row), row.state]));
    await this.#claims.conclude(
      held.flatMap((claim) => {
        const becomes = endOf(states.get(keyOf(claim)));
        return becomes === undefined ? [] : [{ claim, becomes }];
      }),
    );
  }
}

/** What becomes of the form_id; undefined while the delivery is open. A delivery that is gone ended long ago. */
function endOf(state: DeliveryState | undefined): 'spent' | 'live' | undefined {
  switch (state) {
    case 'pending':
    case 'queued':
    case 'sending':
      return undefined;
    // Neither state is in doubt: no attempt of theirs has reached the recipient.
    case 'refused':
    case 'skipped':
      return 'live';
    case 'accepted':
    case 'reviewing':
    case 'delivered':
    case 'blocked':
    case 'failed':
    case 'unknown':
    case undefined:
      return 'spent';
  }
}

const keyOf = ({ broadcastId, openid }: { broadcastId: string; openid: string }): string =>
  `${broadcastId}-${openid}`;
