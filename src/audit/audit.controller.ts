import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { appidsFor, callerNow } from '../access/caller.js';
import { Needs } from '../access/needs.decorator.js';
import { Operation } from '../http/openapi/operation.decorator.js';
import { auditCsv } from './audit-csv.js';
import { AuditExport } from './audit-export.js';
import type { Readable } from './audit-list.statement.js';
import { AuditReader } from './audit-reader.js';
import { AuditExportQuery, AuditPageView, AuditQuery, toEntryView, toFilter } from './audit.dto.js';

@ApiTags('audit')
@Controller('v1')
@Needs('audit.read')
export class AuditController {
  readonly #reader: AuditReader;
  readonly #exports: AuditExport;

  constructor(reader: AuditReader, exports: AuditExport) {
    this.#reader = reader;
    this.#exports = exports;
  }

  /**
   * Who changed what, the newest first. An admin of some accounts sees the entries of those; what belongs to the
   * installation is for admins of all accounts. A filter may leave pages short or empty: go on while there is a `next`.
   */
  @Get('audit')
  @Operation('listAudit', { 400: ['cursor_invalid'], 404: ['account_not_found'] })
  async list(@Query() query: AuditQuery): Promise<AuditPageView> {
    const { after, limit } = query;
    const { items, next } = await this.#reader.page(toFilter(query), readable(), after, limit);
    return { items: items.map(toEntryView), next };
  }

  /**
   * The same as CSV, all of it (UTF-8). It is written while it is read, so that its length does not matter; where it
   * breaks off, the connection ends early: ask again with the last `id` as `after`. The export is itself in the audit.
   */
  @Get('audit.csv')
  @Operation('exportAudit', { 400: ['cursor_invalid'], 404: ['account_not_found'] })
  @ApiProduces('text/csv')
  @ApiOkResponse({
    description: 'A line of names, then a line for each entry, the newest first.',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  async csv(@Query() query: AuditExportQuery, @Res() reply: FastifyReply): Promise<void> {
    const { after, bom, lang } = query;
    const entries = this.#reader.all(toFilter(query), readable(), after);
    await this.#exports.note(query);
    void reply
      .header('content-disposition', 'attachment; filename="weicast-audit.csv"')
      .type('text/csv; charset=utf-8')
      .send(auditCsv(entries, { lang, bom: bom === '1' }));
  }
}

/** The guard has let nobody in who may read none. */
function readable(): Readable {
  const caller = callerNow();
  return caller === undefined ? [] : appidsFor(caller, 'audit.read');
}
