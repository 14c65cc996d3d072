import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../database/hot-sql.js';
import { retryingDeadlocks, sqlstateOf } from '../../database/session/sqlstate.js';
import { Coalescer } from '../../kernel/coalescer.js';
import type { BroadcastId, Openid } from '../../kernel/ids.js';
import { uniqueBatches } from '../../kernel/unique-batches.js';
import {
  CLAIM_FORM_IDS,
  CLAIM_LAST_FORM_IDS,
  type ClaimRow,
  CONCLUDE_FORM_IDS,
} from './form-id.statements.js';
import type { FormIdKind } from '../record/mini-program.tables.js';

/** One use of a form_id, in the hands of one delivery. */
export interface ClaimedFormId {
  /** The id of this use; a prepay has three uses. */
  readonly id: string;
  readonly formId: string;
  readonly kind: FormIdKind;
  /** Claimed by this call, not held from an earlier attempt. */
  readonly fresh: boolean;
  /** WeChat has accepted it for this delivery already: no call is needed. */
  readonly accepted: boolean;
  readonly broadcastId: BroadcastId;
  /** How often this use has been claimed: the fence of `giveBack` and `drop`. */
  readonly takes: number;
}

interface Asked {
  readonly accountId: number;
  readonly openid: Openid;
  readonly broadcastId: BroadcastId;
}

interface Conclusion {
  readonly claimed: Pick<ClaimedFormId, 'id' | 'formId' | 'broadcastId' | 'takes'>;
  readonly becomes: 'spent' | 'dropped' | 'live';
  readonly errcode: number | null;
}

/** Another call for the same delivery has claimed one first. */
const UNIQUE_VIOLATION = '23505';

/** The form_ids of all openids. Each use goes to one delivery. */
@Injectable()
export class FormIdPool {
  readonly #logger = new Logger(FormIdPool.name);
  readonly #claims: Coalescer<Asked, ClaimedFormId | undefined>;
  readonly #conclusions: Coalescer<Conclusion, void>;
  readonly #hot: HotSql;

  constructor(hot: HotSql) {
    this.#hot = hot;
    const bounds = { waitMs: 10, maxItems: 500, concurrency: 2 };
    this.#claims = new Coalescer(bounds, (asked) => this.#claimAll(asked));
    this.#conclusions = new Coalescer(bounds, (told) => this.#conclude(told));
  }

  /**
   * The use that this delivery holds already, else the oldest live one of its openid; undefined when there is none.
   * The claim is committed before this resolves: after a crash the delivery finds the same one again.
   */
  claim(
    accountId: number,
    openid: Openid,
    broadcastId: BroadcastId,
  ): Promise<ClaimedFormId | undefined> {
    return this.#claims.add({ accountId, openid, broadcastId });
  }

  /**
   * WeChat has accepted it. It stays with its delivery, which may claim it again if its own row was not written.
   * Never throws: the sweep concludes a use that is still held when its delivery has ended.
   */
  spent(claimed: ClaimedFormId): Promise<void> {
    return this.#later({ claimed, becomes: 'spent', errcode: null });
  }

  /** It is proven that nobody has used it, so another delivery may claim it. Never throws, like `spent`. */
  giveBack(claimed: ClaimedFormId): Promise<void> {
    return this.#later({ claimed, becomes: 'live', errcode: null });
  }

  /**
   * WeChat refuses it (41028, 41029, 41031), and would refuse its other uses. Throws when the database fails: until this
   * is written, the next claim yields the same one.
   */
  drop(claimed: ClaimedFormId, errcode: number): Promise<void> {
    return this.#conclusions.add({ claimed, becomes: 'dropped', errcode });
  }

  async #later(conclusion: Conclusion): Promise<void> {
    try {
      await this.#conclusions.add(conclusion);
    } catch (err) {
      this.#logger.warn({ err }, 'the end of a form_id was not written; the sweep will');
    }
  }

  async #claimAll(asked: readonly Asked[]): Promise<(ClaimedFormId | undefined)[]> {
    const answers = new Map<Asked, ClaimedFormId>();
    for (const batch of uniqueBatches(asked, ({ accountId, openid }) => `${accountId}-${openid}`)) {
      await this.#take(CLAIM_FORM_IDS, batch, answers);
      // The first statement skips locked rows. An openid without a form_id is skipped for good, so we wait for those.
      const without = batch.filter((one) => !answers.has(one));
      if (without.length > 0) await this.#take(CLAIM_LAST_FORM_IDS, without, answers);
    }
    return asked.map((one) => answers.get(one));
  }

  async #take(
    statement: typeof CLAIM_FORM_IDS,
    batch: readonly Asked[],
    answers: Map<Asked, ClaimedFormId>,
  ): Promise<void> {
    const keys = [
      batch.map(({ broadcastId }) => broadcastId),
      batch.map(({ openid }) => openid),
      batch.map(({ accountId }) => accountId),
    ];
    const rows = await afterOthers(() =>
      retryingDeadlocks(() => this.#hot.query<ClaimRow>(statement, keys)),
    );
    const byDelivery = new Map(rows.map((row) => [`${row.broadcast_id}-${row.openid}`, row]));
    for (const one of batch) {
      const row = byDelivery.get(`${one.broadcastId}-${one.openid}`);
      if (row !== undefined) answers.set(one, claimedOf(row));
    }
  }

  async #conclude(told: readonly Conclusion[]): Promise<void[]> {
    for (const batch of uniqueBatches(told, ({ claimed }) => claimed.formId)) {
      await retryingDeadlocks(() =>
        this.#hot.query(CONCLUDE_FORM_IDS, [
          batch.map(({ claimed }) => claimed.id),
          batch.map(({ claimed }) => claimed.broadcastId),
          batch.map(({ claimed }) => claimed.takes),
          batch.map(({ becomes }) => becomes),
          batch.map(({ errcode }) => errcode),
        ]),
      );
    }
    return Array.from<void>({ length: told.length });
  }
}

/** Runs the statement again when another call was faster: that one has committed, so this round finds its claim. */
async function afterOthers<T>(statement: () => Promise<T>, tries = 5): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await statement();
    } catch (error) {
      if (left <= 1 || sqlstateOf(error) !== UNIQUE_VIOLATION) throw error;
    }
  }
}

const claimedOf = (row: ClaimRow): ClaimedFormId => ({
  id: row.id,
  formId: row.form_id,
  kind: row.kind,
  fresh: row.fresh,
  accepted: row.spent,
  broadcastId: row.broadcast_id,
  takes: row.takes,
});
