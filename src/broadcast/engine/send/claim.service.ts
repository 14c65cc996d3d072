import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/session/sqlstate.js';
import { Coalescer } from '../../../kernel/coalescer.js';
import { GATHERED } from '../record/gathered.js';
import { Lane } from '../record/lane.js';
import type { Nudge } from './send.queue.js';
import { CLAIM, type GrantedClaim } from './claim.statement.js';

/** WeChat remembers a client_msg_id for ten minutes: decision 0004, "effectively once". */
const DOUBT_LIMIT_MS = 9 * 60_000;
/** A claim that has not reached the socket after this long goes back unsent. */
const CLAIM_FRESH_MS = 2_000;

/** What a job asks for. */
export type AskedClaim = Omit<Nudge, 'priority'>;

/** The right to send one message, for a moment. */
export interface Claim {
  readonly broadcastId: string;
  readonly openid: string;
  /** Which attempt this is: the fence of everything that is settled for it. */
  readonly attempts: number;
  /** The attempts that count: an attempt that failed by no fault of the recipient's uses up no try. */
  readonly tries: number;
  readonly attemptGroup: number;
  /** An earlier attempt may have reached WeChat. */
  readonly inDoubt: boolean;
  readonly vars: Readonly<Record<string, string>> | null;
  /**
   * Whether bytes may still go to the socket. It counts by the monotonic clock, because the machine's clock may jump,
   * and from before the claim was asked for, because time in our own queues counts.
   */
  readonly mayWrite: () => boolean;
}

/** A claim may be granted a little ahead of its token: its message goes out at `goesAt`, by the monotonic clock. */
interface Granted {
  readonly claim: Claim;
  readonly goesAt: number;
}

/** Step 4: `queued → sending`, many rows in one statement, each granted to one caller. */
@Injectable()
export class ClaimService {
  readonly #flushes: Coalescer<AskedClaim, Granted | undefined>;
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #sending: SendingConfig;

  constructor(sql: HotSql, lane: Lane, sending: SendingConfig) {
    this.#sql = sql;
    this.#lane = lane;
    this.#sending = sending;
    this.#flushes = new Coalescer({ ...GATHERED, maxItems: 500, concurrency: 2 }, (nudges) =>
      this.#flush(nudges),
    );
  }

  /** Undefined means that this nudge may not send the row: it is held, has no token, is settled, or another's. */
  async claim(nudge: AskedClaim): Promise<Claim | undefined> {
    const granted = await this.#flushes.add(nudge);
    if (!granted) return undefined;
    const waitMs = granted.goesAt - performance.now();
    if (waitMs >= 1) await sleep(waitMs);
    return granted.claim;
  }

  async #flush(nudges: AskedClaim[]): Promise<(Granted | undefined)[]> {
    // Where a flush has the same nudge twice, only the first caller may have the claim.
    const callers = new Map<string, number>();
    nudges.forEach((nudge, caller) => {
      const key = keyOf(nudge.broadcastId, nudge.openid, nudge.nudge);
      if (!callers.has(key)) callers.set(key, caller);
    });
    const asked = [...callers.values()].map((caller) => nudges[caller] as AskedClaim);
    const nudgeOf = new Map(asked.map((n) => [keyOf(n.broadcastId, n.openid), n.nudge]));

    const startedAt = performance.now();
    const granted = await retryingDeadlocks(() =>
      this.#sql.query<GrantedClaim>(CLAIM, [
        asked.map(({ broadcastId }) => broadcastId),
        asked.map(({ openid }) => openid),
        asked.map(({ nudge }) => nudge),
        this.#lane.of('claim'),
        this.#sending.sendsPerSecond,
        this.#sending.quotaResetHour,
      ]),
    );

    const now = performance.now();
    const claims = Array.from<Granted | undefined>({ length: nudges.length });
    for (const row of granted) {
      const key = keyOf(row.broadcast_id, row.openid);
      const caller = callers.get(`${key}-${nudgeOf.get(key)}`);
      if (caller !== undefined)
        claims[caller] = { claim: toClaim(row, startedAt), goesAt: now + row.wait_ms };
    }
    return claims;
  }
}

const keyOf = (broadcastId: string, openid: string, nudge?: number): string =>
  nudge === undefined ? `${broadcastId}-${openid}` : `${broadcastId}-${openid}-${nudge}`;

function toClaim(row: GrantedClaim, startedAt: number): Claim {
  const deadline = startedAt + Math.min(CLAIM_FRESH_MS, DOUBT_LIMIT_MS - row.doubt_ms);
  return {
    broadcastId: row.broadcast_id,
    openid: row.openid,
    attempts: row.attempts,
    tries: row.tries,
    attemptGroup: row.attempt_group,
    inDoubt: row.doubt_ms > 0,
    vars: row.vars,
    mayWrite: () => performance.now() < deadline,
  };
}
