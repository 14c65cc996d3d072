import { Module, type OnModuleInit } from '@nestjs/common';
import { AccountHealthReader } from '../accounts/account-health.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { TokenModule } from '../token/token.module.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { PaceControl } from './pace-control.js';
import { Paces } from './paces.js';
import { PathInquiry } from './path-inquiry.js';
import { QuotaRefresh } from './quota-refresh.js';
import { PathQuotas } from './path-quotas.js';
import { QuotaClearing } from './quota-clearing.js';
import { QuotaClearingsRepository } from './quota-clearings.repository.js';
import { QuotaDays } from './quota-days.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';

/** How fast an account may send, and how much a day. */
@Module({
  imports: [AccountsModule, DatabaseModule, TokenModule],
  providers: [
    PaceControl,
    Paces,
    QuotaLedger,
    QuotaInquiry,
    QuotaDays,
    PathInquiry,
    QuotaRefresh,
    PathQuotas,
    QuotaClearing,
    QuotaClearingsRepository,
  ],
  exports: [PaceControl, Paces, QuotaLedger, QuotaInquiry, QuotaDays, QuotaRefresh, QuotaClearing],
})
export class PacingModule implements OnModuleInit {
  readonly #health: AccountHealthReader;
  readonly #ledger: QuotaLedger;
  readonly #paths: PathQuotas;
  readonly #clearings: QuotaClearingsRepository;

  constructor(
    health: AccountHealthReader,
    ledger: QuotaLedger,
    paths: PathQuotas,
    clearings: QuotaClearingsRepository,
  ) {
    this.#health = health;
    this.#ledger = ledger;
    this.#paths = paths;
    this.#clearings = clearings;
  }

  onModuleInit(): void {
    this.#health.learnFrom('quota', async (accounts) => {
      const statuses = await this.#ledger.statusesOf(
        accounts.map(({ id, kind }) => ({ accountId: id, channel: MAIN_CHANNEL[kind] })),
      );
      return new Map(statuses.map(({ accountId, status }) => [accountId, status]));
    });
    this.#health.learnFrom('paths', (accounts) => this.#paths.of(accounts.map(({ id }) => id)));
    this.#health.learnFrom('clearings', (accounts) =>
      this.#clearings.of(accounts.map(({ id }) => id)),
    );
  }
}
