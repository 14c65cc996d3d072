import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../database/hot-sql.js';
import { PathAccounts } from '../http/path-accounts.js';
import { UuidPaths } from '../http/uuid-paths.js';
import { uploadNotFound } from './record/upload-not-found.js';

const APPID_OF_UPLOAD: HotStatement = {
  name: 'appid-of-upload',
  text: `
    select account.appid from upload join account on account.id = upload.account_id
    where upload.id = $1 and upload.removed_at is null`,
};

/** Tells which account a path with an upload's id belongs to. */
@Injectable()
export class UploadPathAccounts extends UuidPaths {
  protected readonly pattern = /^\/v1\/uploads\/:id(\/|$)/;
  readonly #sql: HotSql;

  constructor(paths: PathAccounts, sql: HotSql) {
    super(paths);
    this.#sql = sql;
  }

  protected async ownerOf(id: string): Promise<string | undefined> {
    const [row] = await this.#sql.query<{ appid: string }>(APPID_OF_UPLOAD, [id]);
    return row?.appid;
  }

  protected notFound(id: string): Error {
    return uploadNotFound(id);
  }
}
