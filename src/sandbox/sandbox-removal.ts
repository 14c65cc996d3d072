import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../accounts/account.js';
import { AccountRemovals } from '../accounts/account-removals.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { inTransaction } from '../audit/record/in-transaction.js';
import { withLongerTimeout } from '../database/long-transaction.js';
import { actingAsSystem } from '../kernel/acting.js';
import { TokenService } from '../token/token.service.js';
import { SandboxHost } from './sandbox-host.js';

/** A send under way is answered or given up within this time. */
const PATIENCE_MS = 20_000;
/** What was used for long has many rows. */
const REMOVAL_SECONDS = 600;

/** What has rows by broadcast, and no foreign key that would remove them. */
const BY_BROADCAST = [
  'delivery',
  'delivery_problem',
  'delivery_review',
  'broadcast_counter',
  'broadcast_error',
  'broadcast_tally',
] as const;
/** The same by account. */
const BY_ACCOUNT = ['receipt', 'stranger_receipt', 'account_review'] as const;

/**
 * A real account with broadcasts cannot be removed; a pretended one leaves nothing behind. It stops sending first: what
 * is under way settles, and only then its rows go, in one transaction.
 */
@Injectable()
export class SandboxRemoval implements OnModuleInit {
  readonly #db: Kysely<unknown>;
  readonly #removals: AccountRemovals;
  readonly #accounts: AccountsService;
  readonly #host: SandboxHost;
  readonly #tokens: TokenService;

  constructor(
    db: Kysely<unknown>,
    removals: AccountRemovals,
    accounts: AccountsService,
    host: SandboxHost,
    tokens: TokenService,
  ) {
    this.#db = db;
    this.#removals = removals;
    this.#accounts = accounts;
    this.#host = host;
    this.#tokens = tokens;
  }

  onModuleInit(): void {
    this.#removals.learnFrom((account) => this.#prepare(account));
  }

  async #prepare(account: Account): Promise<void> {
    if (account.apiBase === null) return;
    await actingAsSystem(() => this.#accounts.hold(account.appid));
    await this.#untilSettled(account.id);
    await this.#host.close(account.appid);
    await this.#removeBroadcasts(account);
    await this.#tokens.forget(account);
  }

  async #untilSettled(accountId: number): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    const isSending = async (): Promise<boolean> => {
      const { rows } = await sql`
        select from broadcast b join broadcast_counter c on c.broadcast_id = b.id
        where b.account_id = ${accountId}
        group by b.id having sum(c.sending) > 0 limit 1`.execute(this.#db);
      return rows.length > 0;
    };
    while ((await isSending()) && performance.now() < until) await sleep(50);
  }

  /** The broadcasts are locked first: an expansion under way ends before, and finds none after. */
  async #removeBroadcasts({ id }: Account): Promise<void> {
    const mine = sql`(select id from broadcast where account_id = ${id})`;
    await inTransaction(this.#db, (tx, audit) =>
      withLongerTimeout(tx, REMOVAL_SECONDS, async () => {
        await sql`select from broadcast where account_id = ${id} order by id for update`.execute(
          tx,
        );
        for (const table of BY_BROADCAST)
          await sql`delete from ${sql.table(table)} where broadcast_id in ${mine}`.execute(tx);
        for (const table of BY_ACCOUNT)
          await sql`delete from ${sql.table(table)} where account_id = ${id}`.execute(tx);
        await sql`delete from broadcast where account_id = ${id}`.execute(tx);
        // Its removal, which follows, is what is told.
        audit.nothing();
      }),
    );
  }
}
