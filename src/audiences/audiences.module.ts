import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AudienceLookup } from './define/audience-lookup.js';
import { AudienceResolving } from './define/audience-resolving.js';

@Module({
  imports: [DatabaseModule],
  providers: [AudienceLookup, AudienceResolving],
  exports: [AudienceResolving],
})
export class AudiencesModule {}
