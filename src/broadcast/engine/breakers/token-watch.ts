import { seen } from '../holds/seen.js';
import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountHealthReader } from '../../../accounts/account-health.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { TOKEN_RENEWALS } from './thresholds.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { tokenFight } from './breaker-texts.js';
import { AccountHolds } from '../holds/account-holds.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/**
 * The same token may be fetched again: from a store that was emptied, or by somebody who was slow. WeChat then tells
 * what is left of its life, in seconds and as of a call that took its time.
 */
const SAME_EXPIRY_MS = 5_000;

/** A token that we had not seen, in milliseconds of the clock. */
interface Renewal {
  readonly at: number;
  readonly expiresAt: number;
}

interface Renewals {
  /** The last renewal that led to a hold; after the hold is lifted it takes as many again. */
  readonly told?: Renewal | undefined;
  readonly lately: readonly Renewal[];
}

/**
 * Notices when an account's token is renewed again and again: another system renews it too, and each makes the
 * other's invalid. Sends get through in between, so consecutive failures do not show it. The tokens are shared by all
 * processes, so each sees the renewals of all.
 */
@Injectable()
export class TokenWatch implements PeriodicTask {
  readonly what = 'tokens';
  readonly everyMs = 5_000;
  readonly #logger = new Logger(TokenWatch.name);
  readonly #seen = new Map<number, Renewals>();
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: AccountsService;
  readonly #health: AccountHealthReader;
  readonly #holds: AccountHolds;

  constructor(
    db: Kysely<BroadcastTables>,
    accounts: AccountsService,
    health: AccountHealthReader,
    holds: AccountHolds,
  ) {
    this.#db = db;
    this.#accounts = accounts;
    this.#health = health;
    this.#holds = holds;
  }

  async run(): Promise<void> {
    const sending = await this.#sendingAccounts();
    for (const id of this.#seen.keys()) if (!sending.includes(id)) this.#seen.delete(id);
    for (const id of sending) await this.#check(id);
  }

  async #check(accountId: number): Promise<void> {
    const account = await this.#accounts.byId(accountId);
    const token = account && (await this.#health.tokenOf(account));
    if (!token) return;
    const renewal = { at: token.fetchedAt.getTime(), expiresAt: token.expiresAt.getTime() };
    const { told, lately }: Renewals = this.#seen.get(accountId) ?? { lately: [] };
    const isKnown = [...lately, ...(told ? [told] : [])].some(
      ({ expiresAt }) => Math.abs(expiresAt - renewal.expiresAt) < SAME_EXPIRY_MS,
    );
    const renewals = (isKnown ? lately : [...lately, renewal]).filter(
      ({ at }) => at > renewal.at - TOKEN_RENEWALS.withinMs,
    );
    if (renewals.length <= TOKEN_RENEWALS.moreThan) {
      this.#seen.set(accountId, { told, lately: renewals });
      return;
    }
    const why = { reason: 'problem', code: 'token_storm' } as const;
    await this.#holds.holdAccount(accountId, { ...why, ...seen(tokenFight(renewals.length)) });
    this.#seen.set(accountId, { told: renewal, lately: [] });
    this.#logger.warn(
      { accountId, renewals: renewals.length },
      'another system renews the token of the account as well; its broadcasts are held',
    );
  }

  async #sendingAccounts(): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('broadcast')
      .select('accountId')
      .distinct()
      .where('closedAt', 'is', null)
      .where('startedAt', 'is not', null)
      .execute();
    return rows.map(({ accountId }) => accountId);
  }
}
