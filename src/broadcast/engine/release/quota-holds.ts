import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { SendingConfig } from '../../../config/config.js';
import { Clock } from '../../../kernel/clock.js';
import { RecentlyAsked } from '../../../kernel/recently-asked.js';
import { QuotaInquiry } from '../../../pacing/quota-inquiry.js';
import { quotaLeft } from '../../../pacing/quota-left.js';
import { QuotaLedger } from '../../../pacing/quota-ledger.js';
import { DAWN, wechatDayBeganSql, wechatDaySql } from '../../../pacing/wechat-day.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import type { Hold } from '../holds/holds.js';
import { AccountHolds } from '../holds/account-holds.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** WeChat is asked before a start, and then once an hour while anything runs. */
const ASK_AGAIN = sql`interval '1 hour'`;
/** Where a fresh day seems to have nothing left, WeChat may have told yesterday's figure: we ask again so soon. */
const ASK_AT_DAWN = sql`interval '1 minute'`;
/** Where WeChat did not tell a path's figures, we ask again after this long, in milliseconds. */
const PATIENCE_MS = 60_000;

/** One API path of one account, by which something is being sent. */
interface Spender {
  readonly accountId: number;
  readonly channel: ChannelName;
  readonly mustAsk: boolean;
  /** Whether some of its broadcasts wait for the next day. */
  readonly isHeld: boolean;
}

/** Keeps the ledger honest while broadcasts run, and holds them while the day's quota of their path is used up. */
@Injectable()
export class QuotaHolds implements PeriodicTask {
  readonly what = 'quota';
  readonly everyMs = 1_000;
  readonly #logger = new Logger(QuotaHolds.name);
  readonly #asked = new RecentlyAsked<void>(PATIENCE_MS);
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: AccountsService;
  readonly #ledger: QuotaLedger;
  readonly #inquiry: QuotaInquiry;
  readonly #holds: AccountHolds;
  readonly #clock: Clock;
  readonly #sending: SendingConfig;

  constructor(
    db: Kysely<BroadcastTables>,
    accounts: AccountsService,
    ledger: QuotaLedger,
    inquiry: QuotaInquiry,
    holds: AccountHolds,
    clock: Clock,
    sending: SendingConfig,
  ) {
    this.#db = db;
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#inquiry = inquiry;
    this.#holds = holds;
    this.#clock = clock;
    this.#sending = sending;
  }

  async run(): Promise<void> {
    for (const { accountId, channel, mustAsk, isHeld } of await this.#spenders()) {
      if (mustAsk) void this.ask(accountId, channel);
      // The limit was raised, or an operator cleared the quota: no need to wait for the reset.
      if (isHeld && (await this.#hasCallsLeft(accountId, channel)))
        await this.#holds.liftAccount(accountId, 'quota', channel);
    }
  }

  /**
   * Asks WeChat, unless it has just failed to answer. Never fails, and is not waited for: WeChat may be slow, and
   * release gives it a few seconds at most.
   */
  ask(accountId: number, channel: ChannelName): Promise<void> {
    const path = `${accountId}-${channel}`;
    return this.#asked.ask(path, () => this.#ask(accountId, channel, path));
  }

  async #ask(accountId: number, channel: ChannelName, path: string): Promise<void> {
    try {
      const account = await this.#accounts.byId(accountId);
      if (account && account.heldAt === null && account.fault === null)
        await this.#inquiry.ask(account, channel, 'routine');
      // Another broadcast that starts soon is a reason to ask again.
      this.#asked.forget(path);
    } catch (err) {
      this.#logger.warn({ accountId, channel, err }, 'WeChat did not tell the quota; asking again');
    }
  }

  /** Until WeChat gives the next day's calls; then they go on by themselves. */
  async holdUntilReset(accountId: number, channel: ChannelName): Promise<void> {
    const hold: Hold = {
      reason: 'quota',
      until: this.#ledger.resetAfter(this.#clock.now()),
      detail: "the day's quota is used up; goes on by itself when WeChat gives the next day's",
    };
    await this.#holds.holdAccount(accountId, hold, channel);
  }

  async #spenders(): Promise<Spender[]> {
    const hour = String(this.#sending.quotaResetHour);
    const began = sql.raw(wechatDayBeganSql('today.day', hour));
    const { rows } = await sql<Spender>`
      select b.account_id, b.channel,
        bool_or(l.learned_at is null or l.learned_at < clock_now() - ${ASK_AGAIN}
          or l.learned_at < b.started_at and b.purpose = 'broadcast'
          or l.learned_at < clock_now() - ${ASK_AT_DAWN} and clock_now() < ${began} + ${sql.raw(DAWN)}
            and ${sql.raw(quotaLeft('l', 'a', 'q'))} <= 0) as must_ask,
        bool_or(exists (select from broadcast_hold h
          where h.broadcast_id = b.id and h.reason = 'quota')) as is_held
      from broadcast b
      cross join (select ${sql.raw(wechatDaySql('clock_now()', hour))} as day) today
      join account a on a.id = b.account_id
      left join quota_limit l on l.account_id = b.account_id and l.channel = b.channel
      left join quota_day q
        on q.account_id = b.account_id and q.day = today.day and q.channel = b.channel
      where b.closed_at is null and b.state = 'running'
      group by b.account_id, b.channel`.execute(this.#db);
    return rows;
  }

  async #hasCallsLeft(accountId: number, channel: ChannelName): Promise<boolean> {
    const { left } = await this.#ledger.statusOf(accountId, channel);
    return left === null || left > 0;
  }
}
