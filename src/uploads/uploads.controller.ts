import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../access/needs.decorator.js';
import { AccountScopes } from '../accounts/account-scopes.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { FILE_TYPES, TakesStream } from '../http/body-bounds.js';
import { idempotencyKeyOf } from '../http/idempotency-key.js';
import { Operation, Refuses } from '../http/openapi/operation.decorator.js';
import { maskedCell } from './parse/error-row.js';
import { Receiving } from './receive/receiving.service.js';
import { fileTypeOf } from './receive/file-type.js';
import { UploadIdPipe } from './record/upload-id.pipe.js';
import { UPLOAD_PROBLEMS } from './record/upload-problems.js';
import { UploadRows } from './record/upload-rows.js';
import { requireKept, UploadErrors } from './upload-errors.js';
import { UploadNudges } from './record/upload-nudges.js';
import { UploadViews } from './upload-views.js';
import {
  ChangeUploadDto,
  CreateUploadQuery,
  UploadErrorPageView,
  UploadErrorsCsvQuery,
  UploadErrorsQuery,
  UploadPageView,
  UploadRowPageView,
  UploadRowsQuery,
  UploadsQuery,
  UploadView,
} from './uploads.dto.js';
import { UploadsService } from './uploads.service.js';

@ApiTags('uploads')
@Controller('v1/uploads')
@Needs('broadcast.read')
export class UploadsController {
  readonly #uploads: UploadsService;
  readonly #receiving: Receiving;
  readonly #accounts: AccountsService;
  readonly #scopes: AccountScopes;
  readonly #views: UploadViews;
  readonly #nudges: UploadNudges;

  constructor(
    uploads: UploadsService,
    receiving: Receiving,
    accounts: AccountsService,
    scopes: AccountScopes,
    views: UploadViews,
    nudges: UploadNudges,
  ) {
    this.#uploads = uploads;
    this.#receiving = receiving;
    this.#accounts = accounts;
    this.#scopes = scopes;
    this.#views = views;
    this.#nudges = nudges;
  }

  /**
   * Takes a list in: CSV, XLSX or NDJSON, as the body itself or as the one file of a form.
   *
   * What it is, is told by its bytes. Nothing is read of it yet: a worker looks at its beginning (`GET` shows what it
   * found), `PATCH` corrects that, and `POST …/import` makes rows of it; `import=auto` does all of it for scripts. The
   * body may take 15 minutes as long as it keeps coming; where it breaks off, nothing of it can be used.
   */
  @Post()
  @Operation('createUpload', {
    400: ['form_broken', 'form_without_file', 'form_with_two_files'],
    404: ['account_not_found'],
    409: ['upload_broken_off'],
    413: ['upload_too_large'],
    422: ['upload_empty'],
  })
  @ApiConsumes(...FILE_TYPES)
  @ApiBody({ description: 'The file.', schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @Needs('broadcast.edit')
  @TakesStream()
  async create(
    @Query() { appid, name, import: auto }: CreateUploadQuery,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadView> {
    try {
      fileTypeOf(request);
      const account = await this.#accounts.requireAccount(appid);
      const asked = { name, autoImport: auto === 'auto', key: idempotencyKeyOf(key) };
      const id = await this.#receiving.take(account, request.raw, asked);
      this.#nudges.preview();
      return await this.#views.of(await this.#uploads.requireUpload(id));
    } catch (error) {
      // The rest of the body is not read.
      if (!request.raw.complete) void reply.header('connection', 'close');
      throw error;
    }
  }

  /** Lists the uploads, the newest first. Of all accounts that the caller sees, or of one. */
  @Get()
  @Operation('listUploads', { 400: ['cursor_invalid'], 404: ['account_not_found'] })
  async list(@Query() { appid, after, limit }: UploadsQuery): Promise<UploadPageView> {
    const scope = await this.#scopes.of('broadcast.read', appid);
    const { items, next } = await this.#uploads.list(scope, after, limit);
    return { items: await this.#views.all(items), next };
  }
}

@ApiTags('uploads')
@Refuses({ 404: ['upload_not_found'] })
@Controller('v1/uploads/:id')
@Needs('broadcast.read')
export class UploadController {
  readonly #uploads: UploadsService;
  readonly #views: UploadViews;
  readonly #rows: UploadRows;
  readonly #errors: UploadErrors;

  constructor(uploads: UploadsService, views: UploadViews, rows: UploadRows, errors: UploadErrors) {
    this.#uploads = uploads;
    this.#views = views;
    this.#rows = rows;
    this.#errors = errors;
  }

  /** Shows an upload: how far it is, how it is read, its first rows. The stream of its account (`/v1/events`) tells when to look again. */
  @Get()
  @Operation('getUpload')
  async show(@Param('id', UploadIdPipe) id: string): Promise<UploadView> {
    return this.#views.of(await this.#uploads.requireUpload(id));
  }

  /** Corrects how the file is read. A worker then looks at it anew; what was imported already is not changed. */
  @Patch()
  @Operation('changeUpload', {
    409: ['upload_gone', 'upload_imported', 'upload_receiving'],
    503: ['upload_busy'],
    example: { encoding: 'gb18030', openidColumn: '编号' },
  })
  @Needs('broadcast.edit')
  async change(
    @Param('id', UploadIdPipe) id: string,
    @Body() change: ChangeUploadDto,
  ): Promise<UploadView> {
    return this.#views.of(await this.#uploads.change(id, change));
  }

  /**
   * Has the rows imported. Said again, it changes nothing: `GET` tells how far it is. A row that cannot be used does not
   * stop the others; `errors.csv` has them. 422 says what is wrong with the file as a whole.
   */
  @Post('import')
  @Operation('importUpload', {
    409: ['upload_gone', 'upload_receiving'],
    422: UPLOAD_PROBLEMS,
    503: ['upload_busy'],
  })
  @HttpCode(HttpStatus.ACCEPTED)
  @Needs('broadcast.edit')
  async import(@Param('id', UploadIdPipe) id: string): Promise<UploadView> {
    return this.#views.of(await this.#uploads.import(id));
  }

  /** Removes an upload with everything that was read of it. An import under way stops. */
  @Delete()
  @Operation('deleteUpload', { 409: ['upload_in_use'] })
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('broadcast.edit')
  async remove(@Param('id', UploadIdPipe) id: string): Promise<void> {
    await this.#uploads.remove(id);
  }

  /** Lists the rows that were read. In the order of their openids, while the import goes on, too. */
  @Get('rows')
  @Operation('listUploadRows', { 410: ['upload_purged'] })
  async rows(
    @Param('id', UploadIdPipe) id: string,
    @Query() { after, limit }: UploadRowsQuery,
  ): Promise<UploadRowPageView> {
    const upload = await this.#uploads.requireUpload(id);
    requireKept(upload);
    const { names = [], openid } = upload.found?.columns ?? {};
    const valued = names.filter((name, at) => name !== '' && at !== openid);
    const read = await this.#rows.page(id, after ?? '', limit + 1);
    const revealed = await this.#views.reveals(upload);
    const shown = (cell: string): string => (revealed ? cell : maskedCell(cell, false));
    const items = read.slice(0, limit).map((row) => ({
      openid: row.openid,
      line: row.line,
      values: Object.fromEntries(valued.map((name, at) => [name, shown(row.cells[at] ?? '')])),
    }));
    return { items, next: read.length > limit ? (items.at(-1)?.openid ?? null) : null };
  }

  /** Lists the rows that cannot be used, each with its reason. In the order of the file. */
  @Get('errors')
  @Operation('listUploadErrors', { 400: ['cursor_invalid'], 410: ['upload_purged'] })
  async errors(
    @Param('id', UploadIdPipe) id: string,
    @Query() { after, limit }: UploadErrorsQuery,
  ): Promise<UploadErrorPageView> {
    const upload = await this.#uploads.requireUpload(id);
    requireKept(upload);
    return this.#errors.list(upload, after, limit, await this.#views.reveals(upload));
  }

  /**
   * The rows that cannot be used, as CSV. They are as they came (UTF-8), with the column 错误原因 behind: mend them and
   * send the file again. Openids are masked for who may not see them. Taking it is in the audit.
   */
  @Get('errors.csv')
  @Operation('exportUploadErrors', { 410: ['upload_purged'] })
  @ApiProduces('text/csv')
  @ApiOkResponse({
    description: 'A line of names, then a line for each row.',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  async errorsCsv(
    @Param('id', UploadIdPipe) id: string,
    @Query() query: UploadErrorsCsvQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upload = await this.#uploads.requireUpload(id);
    requireKept(upload);
    const csv = await this.#errors.csv(upload, query, await this.#views.reveals(upload));
    void reply
      .header('content-disposition', 'attachment; filename="weicast-upload-errors.csv"')
      .type('text/csv; charset=utf-8')
      .send(csv);
  }
}
