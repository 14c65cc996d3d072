import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AuditExport } from './audit-export.js';
import { AuditReader } from './audit-reader.js';

/** What is written is in `record/`, below whoever changes anything; here it is read. */
@Module({
  imports: [DatabaseModule],
  providers: [AuditReader, AuditExport],
  exports: [AuditReader, AuditExport],
})
export class AuditModule {}
