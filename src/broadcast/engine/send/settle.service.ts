import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { HotSql } from '../../../database/hot-sql.js';
import { isDataError } from '../../../database/session/sqlstate.js';
import { inByteOrder } from '../../../kernel/ids.js';
import { Coalescer } from '../../../kernel/coalescer.js';
import { uniqueBatches } from '../../../kernel/unique-batches.js';
import { ACCEPT, type AcceptedClaim } from './accept.statement.js';
import type { Claim } from './claim.service.js';
import { GATHERED } from '../record/gathered.js';
import { Lane } from '../record/lane.js';
import { MatchService } from '../receipts/match.service.js';
import type { Outcome } from './outcome.js';
import { FORGET_PROBLEMS, SETTLE } from './settle.statement.js';

interface Settlement {
  readonly claim: Claim;
  readonly outcome: Outcome;
  readonly since: number;
}

/** After this long the row has left its doubt by itself: only an acceptance still says something then. */
const WORTH_KEEPING_MS = 9 * 60_000;

/** Step 6: writes what became of claims, many in one statement. */
@Injectable()
export class SettleService {
  readonly #logger = new Logger(SettleService.name);
  readonly #flushes: Coalescer<Settlement, void>;
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #matches: MatchService;
  readonly #sending: SendingConfig;

  constructor(sql: HotSql, lane: Lane, matches: MatchService, sending: SendingConfig) {
    this.#sql = sql;
    this.#lane = lane;
    this.#matches = matches;
    this.#sending = sending;
    this.#flushes = new Coalescer({ ...GATHERED, maxItems: 500, concurrency: 2 }, (settlements) =>
      this.#flush(settlements),
    );
  }

  /** Resolves once the outcome is durable, or (if it is no acceptance) too old to say anything. */
  settle(claim: Claim, outcome: Outcome): Promise<void> {
    return this.#flushes.add({ claim, outcome, since: performance.now() });
  }

  async #flush(settlements: Settlement[]): Promise<void[]> {
    for (const batch of uniqueBatches(settlements, ({ claim }) =>
      keyOf(claim.broadcastId, claim.openid),
    ))
      await this.#write(batch);
    return Array.from<void>({ length: settlements.length });
  }

  /** Tries again while the database is away: a message whose acceptance is lost would be sent again. */
  async #write(settlements: Settlement[]): Promise<void> {
    let left = settlements;
    for (let delay = 50; left.length > 0; delay = Math.min(2_000, delay * 2)) {
      try {
        left = await this.#accept(left);
        if (left.length > 0) await this.#judge(left);
        return;
      } catch (error) {
        if (isDataError(error)) return this.#isolate(left, error);
        this.#logger.warn(
          { settlements: left.length, err: error },
          'outcomes of sends are not written yet; trying again',
        );
        await sleep(delay);
        left = left.filter(
          ({ outcome, since }) =>
            outcome.kind === 'accepted' || performance.now() - since < WORTH_KEEPING_MS,
        );
      }
    }
  }

  /** Writes the usual case, acceptances of rows that are still `sending`. Returns all settlements but those. */
  async #accept(settlements: Settlement[]): Promise<Settlement[]> {
    const acceptances = settlements.flatMap(({ claim, outcome }) =>
      outcome.kind === 'accepted' ? [{ ...claim, msgid: outcome.msgid }] : [],
    );
    if (acceptances.length === 0) return settlements;
    // The statement locks the rows in the order in which it gets them.
    acceptances.sort(
      (a, b) => inByteOrder(a.broadcastId, b.broadcastId) || inByteOrder(a.openid, b.openid),
    );
    const accepted = await this.#sql.query<AcceptedClaim>(ACCEPT, [
      acceptances.map(({ broadcastId }) => broadcastId),
      acceptances.map(({ openid }) => openid),
      acceptances.map(({ attemptGroup }) => attemptGroup),
      acceptances.map(({ msgid }) => msgid),
      this.#lane.of('settle'),
    ]);
    await this.#match(accepted);
    const written = new Set(accepted.map((row) => keyOf(row.broadcast_id, row.openid)));
    return settlements.filter(({ claim }) => !written.has(keyOf(claim.broadcastId, claim.openid)));
  }

  /** Writes all other outcomes, and acceptances of rows that have moved since their claim. */
  async #judge(settlements: Settlement[]): Promise<void> {
    const accepted = await this.#sql.query<AcceptedRow>(
      SETTLE,
      toColumns(settlements, this.#lane.of('settle'), this.#sending.quotaResetHour),
    );
    await this.#forgetProblems(accepted.filter((row) => row.was_unknown));
    await this.#match(accepted);
  }

  #match(accepted: readonly AcceptedClaim[]): Promise<void> {
    return this.#matches.matchWaiting(
      accepted.flatMap(({ account_id: accountId, msgid }) =>
        msgid === null ? [] : [{ accountId, msgid }],
      ),
    );
  }

  async #forgetProblems(rows: AcceptedRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#sql.query(FORGET_PROBLEMS, [
      rows.map((row) => row.broadcast_id),
      rows.map(({ openid }) => openid),
      rows.map((row) => row.had_errcode),
    ]);
  }

  /**
   * Halves a batch down to the outcome that the database cannot take (a msgid beyond 64 bits, say), and writes all
   * others. Not by `bisect`: each half goes on from what is written already, and waits for a database that is away.
   */
  async #isolate(settlements: Settlement[], error: unknown): Promise<void> {
    if (settlements.length > 1) {
      const half = Math.ceil(settlements.length / 2);
      await this.#write(settlements.slice(0, half));
      return this.#write(settlements.slice(half));
    }
    const [{ claim, outcome } = { claim: undefined, outcome: undefined }] = settlements;
    this.#logger.error(
      { broadcastId: claim?.broadcastId, outcome, err: error },
      'the database refuses the outcome of a send; it is written without its msgid, if it has one',
    );
    if (claim && outcome && 'msgid' in outcome && outcome.msgid !== null)
      await this.#write([{ claim, outcome: { ...outcome, msgid: null }, since: 0 }]);
  }
}

interface AcceptedRow extends AcceptedClaim {
  /** The row was `unknown` before; its problem is listed under `had_errcode`. */
  was_unknown: boolean;
  had_errcode: number;
}

const keyOf = (broadcastId: string, openid: string): string => `${broadcastId}-${openid}`;

function toColumns(settlements: Settlement[], lane: string, quotaResetHour: number): unknown[] {
  const column = <T>(read: (s: Settlement) => T): T[] => settlements.map(read);
  return [
    column(({ claim }) => claim.broadcastId),
    column(({ claim }) => claim.openid),
    column(({ claim }) => claim.attempts),
    column(({ claim }) => claim.attemptGroup),
    column(({ outcome }) => outcome.kind),
    column(({ outcome }) => ('msgid' in outcome ? outcome.msgid : null)),
    column(({ outcome }) => ('errcode' in outcome ? (outcome.errcode ?? null) : null)),
    column(({ outcome }) => ('rid' in outcome ? (outcome.rid ?? null) : null)),
    column(({ outcome }) => ('delayMs' in outcome ? outcome.delayMs : 0)),
    lane,
    column(
      ({ outcome }) =>
        outcome.kind === 'reviewing' || (outcome.kind === 'unsent' && outcome.uncounted === true),
    ),
    column(({ outcome }) => 'noCall' in outcome && outcome.noCall === true),
    quotaResetHour,
    column(({ outcome }) => (outcome.kind === 'skipped' ? outcome.detail : null)),
  ];
}
