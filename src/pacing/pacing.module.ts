import { Module, type OnModuleInit } from '@nestjs/common';
import { AccountHealthReader } from '../accounts/account-health.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { TokenModule } from '../token/token.module.js';
import { MAIN_CHANNEL } from './main-channel.js';
import { PaceControl } from './pace-control.js';
import { Paces } from './paces.js';
import { QuotaDays } from './quota-days.js';
import { QuotaInquiry } from './quota-inquiry.js';
import { QuotaLedger } from './quota-ledger.js';

/** How fast an account may send, and how much a day. */
@Module({
  imports: [AccountsModule, DatabaseModule, TokenModule],
  providers: [PaceControl, Paces, QuotaLedger, QuotaInquiry, QuotaDays],
  exports: [PaceControl, Paces, QuotaLedger, QuotaInquiry, QuotaDays],
})
export class PacingModule implements OnModuleInit {
  readonly #health: AccountHealthReader;
  readonly #ledger: QuotaLedger;

  constructor(health: AccountHealthReader, ledger: QuotaLedger) {
    this.#health = health;
    this.#ledger = ledger;
  }

  onModuleInit(): void {
    this.#health.learnQuotaFrom(async (accounts) => {
      const statuses = await this.#ledger.statusesOf(
        accounts.map(({ id, kind }) => ({ accountId: id, channel: MAIN_CHANNEL[kind] })),
      );
      return new Map(statuses.map(({ accountId, status }) => [accountId, status]));
    });
  }
}
