import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { AccountWatches, type NewsSource } from '../accounts/account-watches.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { CheckupService } from './checkup.service.js';
import type { CheckupTables } from './checkup.tables.js';

/** Tells the steps of an account's check on the streams of whoever watches the account, as they change. */
@Injectable()
export class CheckNews implements NewsSource, OnModuleInit {
  readonly event = 'check';
  readonly #db: Kysely<CheckupTables>;
  readonly #watches: AccountWatches;
  readonly #accounts: AccountsService;
  readonly #checkups: CheckupService;

  constructor(
    db: Kysely<CheckupTables>,
    watches: AccountWatches,
    accounts: AccountsService,
    checkups: CheckupService,
  ) {
    this.#db = db;
    this.#watches = watches;
    this.#accounts = accounts;
    this.#checkups = checkups;
  }

  onModuleInit(): void {
    this.#watches.learnFrom(this);
  }

  /** A digest of all rows that a step is read from, but for the token, whose coming and going the check itself notes. */
  async versionsOf(accountIds: readonly number[]): Promise<Map<number, string>> {
    const { rows } = await sql<{ id: number; version: string }>`
      select a.id, md5(concat_ws('|', a.fault, a.callback_mode, a.test_account, c, k, t.synced_at,
          f.state, f.seen, f.finished_at, f.confirmed_total,
          (select max(seen_at) from egress_address))) as version
      from account a
      left join account_callback c on c.account_id = a.id
      left join account_check k on k.account_id = a.id
      left join template_sync t on t.account_id = a.id
      left join follower_sync f on f.account_id = a.id
      where a.id = any(${accountIds}::integer[])`.execute(this.#db);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async read(accountId: number): Promise<object | undefined> {
    const account = await this.#accounts.byId(accountId);
    return account && (await this.#checkups.show(account.appid));
  }
}
