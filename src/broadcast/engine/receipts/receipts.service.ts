import { Injectable } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { isDataError, retryingDeadlocks } from '../../../database/session/sqlstate.js';
import { bisect } from '../../../kernel/bisect.js';
import { Coalescer } from '../../../kernel/coalescer.js';
import { OutdatedSuppressions } from '../../../followers/suppressions/outdated-suppressions.js';
import { inByteOrder } from '../../../kernel/ids.js';
import { uniqueBatches } from '../../../kernel/unique-batches.js';
import { GATHERED } from '../record/gathered.js';
import { Lane } from '../record/lane.js';
import { MatchService } from './match.service.js';
import { DELIVER, type DeliveredRow, RECEIVE, type ReceivedRow } from './receive.statements.js';

/** What a TEMPLATESENDJOBFINISH push says, or an item of subscribe_msg_sent_event. */
export interface IncomingReceipt {
  readonly accountId: number;
  readonly openid: string;
  /** Decimal; `0` where WeChat sent none. */
  readonly msgid: string;
  readonly createTime: Date;
  /** WeChat's Status, as it came. */
  readonly status: string;
  readonly kind: ReceiptKind;
}

/** Which of WeChat's events it came by: TEMPLATESENDJOBFINISH, or subscribe_msg_sent_event. */
export type ReceiptKind = 'template' | 'subscription';

/** Steps 7 and 8: stores receipts, each once, and moves the deliveries that they speak of. */
@Injectable()
export class ReceiptsService {
  readonly #batches: Coalescer<readonly IncomingReceipt[], { error?: unknown }>;
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #matches: MatchService;
  readonly #suppressions: OutdatedSuppressions;

  constructor(sql: HotSql, lane: Lane, matches: MatchService, suppressions: OutdatedSuppressions) {
    this.#sql = sql;
    this.#lane = lane;
    this.#matches = matches;
    this.#suppressions = suppressions;
    this.#batches = new Coalescer(
      {
        ...GATHERED,
        maxItems: 100,
        maxWeight: 500,
        weigh: (batch) => batch.length,
        concurrency: 2,
      },
      (batches) => this.#recordAll(batches),
    );
  }

  /**
   * Resolves once all of them are durable. It throws what the database said, and may then be called again. `alone` writes
   * them in a statement of their own, so that other callers do not wait for it.
   */
  async record(receipts: readonly IncomingReceipt[], { alone = false } = {}): Promise<void> {
    if (receipts.length === 0) return;
    if (alone) return await this.#write(receipts);
    const { error } = await this.#batches.add(receipts);
    if (error !== undefined) throw error;
  }

  /** Callers share a statement. A receipt that the database refuses must fail its own caller only, so batches are halved. */
  async #recordAll(batches: (readonly IncomingReceipt[])[]): Promise<{ error?: unknown }[]> {
    try {
      const refused = await bisect(batches, (some) => this.#write(some.flat()), isDataError);
      const errors = new Map(refused.map(({ item, error }) => [item, error]));
      return batches.map((batch) => ({ error: errors.get(batch) }));
    } catch (error) {
      return batches.map(() => ({ error }));
    }
  }

  async #write(receipts: readonly IncomingReceipt[]): Promise<void> {
    for (const batch of uniqueBatches(receipts, keyOf)) {
      const left = await this.#deliver(batch);
      if (left.length > 0) await this.#receive(left);
    }
  }

  /** Writes the usual case, a success for a delivery that is `accepted`. Returns all receipts but those. */
  async #deliver(receipts: readonly IncomingReceipt[]): Promise<readonly IncomingReceipt[]> {
    const successes = receipts
      .filter(({ status }) => status === 'success')
      .sort((a, b) => inByteOrder(a.openid, b.openid)); // the statement locks deliveries in this order
    if (successes.length === 0) return receipts;
    const rows = await retryingDeadlocks(() =>
      this.#sql.query<DeliveredRow>(DELIVER, [
        ...toColumns(successes),
        this.#lane.of('match'),
        successes.map(({ kind }) => kind),
      ]),
    );
    const written = new Set(
      rows.map(({ account_id: accountId, msgid, openid }) => keyOf({ accountId, msgid, openid })),
    );
    return receipts.filter((receipt) => !written.has(keyOf(receipt)));
  }

  async #receive(receipts: readonly IncomingReceipt[]): Promise<void> {
    const rows = await retryingDeadlocks(() =>
      this.#sql.query<ReceivedRow>(RECEIVE, [
        ...toColumns(receipts),
        receipts.map(({ status }) => status),
        this.#lane.of('match'),
        receipts.map(({ kind }) => kind),
      ]),
    );
    await this.#matches.match(
      rows
        .filter(({ unmatched }) => unmatched)
        .map((row) => ({ accountId: row.account_id, msgid: row.msgid })),
    );
    await this.#suppressions.lift(
      rows
        .filter(({ blocked }) => blocked)
        .map((row) => ({ accountId: row.account_id, openid: row.openid })),
    );
  }
}

/** The parameters that both statements begin with, $1 to $4. */
const toColumns = (receipts: readonly IncomingReceipt[]): unknown[][] => [
  receipts.map(({ accountId }) => accountId),
  receipts.map(({ msgid }) => msgid),
  receipts.map(({ openid }) => openid),
  receipts.map(({ createTime }) => createTime),
];

const keyOf = ({
  accountId,
  msgid,
  openid,
}: Pick<IncomingReceipt, 'accountId' | 'msgid' | 'openid'>): string =>
  `${accountId}-${msgid}-${openid}`;
