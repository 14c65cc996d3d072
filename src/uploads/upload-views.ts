import { Injectable } from '@nestjs/common';
import { type Caller, callerNow, may } from '../access/caller.js';
import { NOBODY } from '../access/can.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { maskedCell } from './parse/error-row.js';
import { noticeOf, twinsNotice } from './record/upload-problems.js';
import type { UploadRecord } from './record/upload.repository.js';
import { uploadCan } from './upload-can.js';
import type { UploadView } from './uploads.dto.js';

/** Uploads as the caller may see them. */
@Injectable()
export class UploadViews {
  readonly #accounts: AccountsService;

  constructor(accounts: AccountsService) {
    this.#accounts = accounts;
  }

  async of(upload: UploadRecord): Promise<UploadView> {
    const caller = callerNow() ?? NOBODY;
    const { appid } = await this.#accounts.requireById(upload.accountId ?? 0);
    return viewOf(upload, appid, caller);
  }

  async all(uploads: readonly UploadRecord[]): Promise<UploadView[]> {
    return Promise.all(uploads.map((upload) => this.of(upload)));
  }

  /** Whether the caller sees openids of the upload's account whole. */
  async reveals({ accountId }: UploadRecord): Promise<boolean> {
    const { appid } = await this.#accounts.requireById(accountId ?? 0);
    return may(callerNow() ?? NOBODY, 'openid.reveal', appid);
  }
}

function viewOf(upload: UploadRecord, appid: string, caller: Caller): UploadView {
  const { found, sha256, usable, followers } = upload;
  const { manner, columns, rows } = found ?? {};
  const isText = manner !== undefined && manner.format !== 'xlsx';
  const revealed = may(caller, 'openid.reveal', appid);
  return {
    id: upload.id,
    appid,
    name: upload.name,
    fileName: upload.fileName,
    state: upload.state,
    size: Number(upload.size),
    sha256: sha256 === null ? null : sha256.toString('hex'),
    format: manner?.format ?? null,
    encoding: isText ? manner.encoding : null,
    delimiter: manner?.format === 'csv' ? manner.delimiter : null,
    sheet: manner?.format === 'xlsx' ? manner.sheet : null,
    sheets: manner?.format === 'xlsx' ? manner.sheets : [],
    header: columns?.hasHeader ?? null,
    columns: columns?.names ?? [],
    openidColumn: columns?.openid === undefined ? null : (columns.names[columns.openid] ?? null),
    preview:
      rows === undefined
        ? null
        : {
            rows: rows.map((cells) =>
              cells.map((cell, at) => (revealed ? cell : maskedCell(cell, at === columns?.openid))),
            ),
          },
    counts: {
      rows: upload.rows,
      usable,
      failed: upload.failed,
      duplicates: upload.duplicates,
      followers,
      strangers: followers === null ? null : usable - followers,
    },
    error: upload.problem && noticeOf(upload.problem),
    warnings: upload.warnings.map(twinsNotice),
    createdAt: upload.createdAt,
    importedAt: upload.importedAt,
    purgedAt: upload.purgedAt,
    ...(upload.untaken && { waitingFor: 'worker' as const }),
    can: uploadCan(caller, appid, upload),
  };
}
