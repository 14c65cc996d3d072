import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { TokenModule } from '../token/token.module.js';
import { TemplateReconciliation } from './template-reconciliation.js';
import { TemplateRepository } from './template.repository.js';
import { TemplatesService } from './templates.service.js';

@Module({
  imports: [DatabaseModule, TokenModule],
  providers: [TemplateRepository, TemplateReconciliation, TemplatesService],
  exports: [TemplatesService],
})
export class TemplatesModule {}
