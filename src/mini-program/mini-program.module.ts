import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { FormIdClaims } from './form-id-claims.js';
import { FormIdPool } from './form-id-pool.js';
import { FormIdRepository } from './form-id.repository.js';
import { FormIdsService } from './form-ids.service.js';
import { GrantEvents } from './grant-events.js';
import { GrantRepository } from './grant.repository.js';
import { Grants } from './grants.js';
import { ToldGrants } from './told-grants.js';

/** What people of an account have granted, and the form_ids that were collected of them. */
@Module({
  imports: [DatabaseModule],
  providers: [
    FormIdPool,
    FormIdClaims,
    FormIdRepository,
    FormIdsService,
    Grants,
    GrantEvents,
    GrantRepository,
    ToldGrants,
  ],
  // The repositories are for this folder's worker module alone.
  exports: [
    FormIdPool,
    FormIdClaims,
    FormIdRepository,
    FormIdsService,
    Grants,
    GrantEvents,
    GrantRepository,
    ToldGrants,
  ],
})
export class MiniProgramModule {}
