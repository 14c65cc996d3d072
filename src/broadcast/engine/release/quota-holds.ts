import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { QuotaInquiry } from '../../../pacing/quota-inquiry.js';
import { QuotaLedger } from '../../../pacing/quota-ledger.js';
import type { BroadcastTables } from '../engine.tables.js';
import { ManyHolds } from '../holds/many-holds.js';
import type { Repair } from '../sweep/repair.js';

/** WeChat is asked before a start, and then once an hour while anything runs. */
const ASK_AGAIN = sql`interval '1 hour'`;
/** An account whose figures could not be had is left alone for this long, in milliseconds. */
const PATIENCE_MS = 60_000;

interface Spender {
  readonly accountId: number;
  readonly mustAsk: boolean;
  /** Whether some of its broadcasts wait for the next day. */
  readonly isHeld: boolean;
}

/** Keeps the ledger honest while broadcasts run, and holds them while the day's quota is used up. */
@Injectable()
export class QuotaHolds implements Repair {
  readonly what = 'quota';
  readonly everyMs = 1_000;
  readonly #logger = new Logger(QuotaHolds.name);
  readonly #askedAt = new Map<number, number>();

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly accounts: AccountsService,
    private readonly ledger: QuotaLedger,
    private readonly inquiry: QuotaInquiry,
    private readonly holds: ManyHolds,
  ) {}

  async run(): Promise<void> {
    for (const { accountId, mustAsk, isHeld } of await this.#spenders()) {
      if (mustAsk) void this.ask(accountId);
      // The limit was raised, or an operator cleared the quota: no need to wait for the reset.
      if (isHeld && (await this.#hasCallsLeft(accountId)))
        await this.holds.liftAccount(accountId, 'quota');
    }
  }

  /**
   * Asks WeChat, unless it has just failed to answer. Never fails, and is not waited for: WeChat may be slow, and
   * release gives it a few seconds at most.
   */
  async ask(accountId: number): Promise<void> {
    if (performance.now() - (this.#askedAt.get(accountId) ?? -Infinity) < PATIENCE_MS) return;
    this.#askedAt.set(accountId, performance.now());
    try {
      const account = await this.accounts.byId(accountId);
      if (account && account.heldAt === null && account.fault === null)
        await this.inquiry.ask(account, 'routine');
      // Another broadcast that starts soon is a reason to ask again.
      this.#askedAt.delete(accountId);
    } catch (err) {
      this.#logger.warn({ accountId, err }, 'WeChat did not tell the quota; asking again');
    }
  }

  /** Until WeChat gives the next day's calls; then they go on by themselves. */
  async holdUntilReset(accountId: number): Promise<void> {
    const { nextReset: until } = this.ledger;
    await this.holds.holdAccount(accountId, {
      reason: 'quota',
      until,
      detail: "the day's quota is used up; goes on by itself when WeChat gives the next day's",
    });
  }

  async #spenders(): Promise<Spender[]> {
    const { rows } = await sql<Spender>`
      select b.account_id,
        bool_or(p.quota_learned_at is null or p.quota_learned_at < clock_now() - ${ASK_AGAIN}
          or p.quota_learned_at < b.started_at and b.purpose = 'broadcast') as must_ask,
        bool_or(exists (select from broadcast_hold h
          where h.broadcast_id = b.id and h.reason = 'quota')) as is_held
      from broadcast b join pace p on p.account_id = b.account_id
      where b.closed_at is null and b.state = 'running'
      group by b.account_id`.execute(this.db);
    return rows;
  }

  async #hasCallsLeft(accountId: number): Promise<boolean> {
    const { left } = await this.ledger.standing(accountId);
    return left === null || left > 0;
  }
}
