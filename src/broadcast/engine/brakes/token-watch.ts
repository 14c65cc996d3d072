import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountHealth } from '../../../accounts/account-health.js';
import { AccountsService } from '../../../accounts/accounts.service.js';
import { TOKEN_RENEWALS } from './brake-limits.js';
import type { BroadcastTables } from '../engine.tables.js';
import { tokenFight } from '../holds/hold-texts.js';
import { ManyHolds } from '../holds/many-holds.js';
import type { Repair } from '../sweep/repair.js';

/** When tokens of one account were fetched, in milliseconds. */
interface Renewals {
  /** Those up to here have been told; after a lift it takes as many again. */
  readonly told: number;
  readonly lately: readonly number[];
}

/**
 * Notices when an account's token is renewed again and again: another system renews it too, and each makes the
 * other's invalid. Sends get through in between, so no streak of refusals shows it. The tokens are shared by all
 * processes, so each sees the renewals of all.
 */
@Injectable()
export class TokenWatch implements Repair {
  readonly what = 'tokens';
  readonly everyMs = 5_000;
  readonly #logger = new Logger(TokenWatch.name);
  readonly #seen = new Map<number, Renewals>();

  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly accounts: AccountsService,
    private readonly health: AccountHealth,
    private readonly holds: ManyHolds,
  ) {}

  async run(): Promise<void> {
    const sending = await this.#sendingAccounts();
    for (const id of this.#seen.keys()) if (!sending.includes(id)) this.#seen.delete(id);
    for (const id of sending) await this.#look(id);
  }

  async #look(accountId: number): Promise<void> {
    const account = await this.accounts.byId(accountId);
    const { token } = account ? await this.health.of(account) : { token: null };
    if (!token) return;
    const at = token.fetchedAt.getTime();
    const { told, lately } = this.#seen.get(accountId) ?? { told: -Infinity, lately: [] };
    const isRecent = (other: number): boolean => other > at - TOKEN_RENEWALS.withinMs;
    const renewals = [...new Set([...lately, at])].filter((t) => t > told && isRecent(t));
    if (renewals.length <= TOKEN_RENEWALS.moreThan) {
      this.#seen.set(accountId, { told, lately: renewals });
      return;
    }
    const detail = tokenFight(renewals.length);
    await this.holds.holdAccount(accountId, { reason: 'problem', code: 'token_storm', detail });
    this.#seen.set(accountId, { told: at, lately: [] });
    this.#logger.warn({ accountId, renewals: renewals.length }, 'its token does not last; held');
  }

  async #sendingAccounts(): Promise<number[]> {
    const rows = await this.db
      .selectFrom('broadcast')
      .select('accountId')
      .distinct()
      .where('closedAt', 'is', null)
      .where('startedAt', 'is not', null)
      .execute();
    return rows.map(({ accountId }) => accountId);
  }
}
