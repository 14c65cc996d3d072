import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AccountFaults } from './account-faults.js';
import { AccountHealthReader } from './account-health.js';
import { AccountRemovals } from './account-removals.js';
import { AccountViews } from './account-views.js';
import { AccountSecrets } from './account-secrets.js';
import { AccountRepository } from './account.repository.js';
import { AccountWatches } from './account-watches.js';
import { AccountScopes } from './account-scopes.js';
import { AccountsService } from './accounts.service.js';
import { CallbackNotes } from './callback-notes.js';
import { CallbackSilence } from './callback-silence.js';
import { EgressAddresses } from './egress-addresses.js';
import { MasterKeyCheck } from './master-key-check.js';
import { Sealer } from './seal.js';

@Module({
  imports: [DatabaseModule],
  providers: [
    AccountRepository,
    AccountScopes,
    AccountWatches,
    AccountsService,
    AccountSecrets,
    AccountFaults,
    AccountHealthReader,
    AccountViews,
    AccountRemovals,
    EgressAddresses,
    CallbackNotes,
    CallbackSilence,
    Sealer,
    MasterKeyCheck,
  ],
  exports: [
    AccountScopes,
    AccountWatches,
    AccountsService,
    AccountSecrets,
    AccountFaults,
    AccountHealthReader,
    AccountViews,
    AccountRemovals,
    EgressAddresses,
    CallbackNotes,
    CallbackSilence,
    Sealer,
  ],
})
export class AccountsModule {}
