import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { FormIdClaims } from './form-ids/form-id-claims.js';
import { FormIdPool } from './form-ids/form-id-pool.js';
import { FormIdRepository } from './form-ids/form-id.repository.js';
import { FormIdsService } from './form-ids/form-ids.service.js';
import { GrantEvents } from './grants/grant-events.js';
import { GrantRepository } from './grants/grant.repository.js';
import { Grants } from './grants/grants.js';
import { ToldGrants } from './grants/told-grants.js';

/** What people have granted to an account, and the form_ids that it has collected from them. */
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
