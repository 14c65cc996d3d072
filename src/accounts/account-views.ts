import { Injectable } from '@nestjs/common';
import { HttpConfig } from '../config/config.js';
import { Clock } from '../kernel/clock.js';
import { AccountHealthReader } from './account-health.js';
import type { AccountRecord } from './account.repository.js';
import { type AccountView, toView } from './account-view.dto.js';
import { EgressAddresses } from './egress-addresses.js';

/** Accounts as the API shows them: the rows, what other modules know of them, and what is the installation's. */
@Injectable()
export class AccountViews {
  readonly #health: AccountHealthReader;
  readonly #egress: EgressAddresses;
  readonly #http: HttpConfig;
  readonly #clock: Clock;

  constructor(
    health: AccountHealthReader,
    egress: EgressAddresses,
    http: HttpConfig,
    clock: Clock,
  ) {
    this.#health = health;
    this.#egress = egress;
    this.#http = http;
    this.#clock = clock;
  }

  async of(account: AccountRecord): Promise<AccountView> {
    const [view] = await this.ofAll([account]);
    if (view === undefined) throw new Error('an account was shown, and none was there');
    return view;
  }

  /** In the order of the accounts. */
  async ofAll(accounts: readonly AccountRecord[]): Promise<AccountView[]> {
    const [found, egress] = await Promise.all([this.#health.ofAll(accounts), this.#egress.list()]);
    const installation = { publicUrl: this.#http.publicUrl, egress, now: this.#clock.now() };
    return found.map(({ account, health }) => toView(account, health, installation));
  }
}
