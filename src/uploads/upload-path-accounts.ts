import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HotSql, type HotStatement } from '../database/hot-sql.js';
import { isUuid } from '../http/id-cursor.js';
import { PathAccounts, type PathSource } from '../http/path-accounts.js';
import { uploadNotFound } from './record/upload-not-found.js';

const BY_UPLOAD = /^\/v1\/uploads\/:id(\/|$)/;

const APPID_OF_UPLOAD: HotStatement = {
  name: 'appid-of-upload',
  text: `
    select account.appid from upload join account on account.id = upload.account_id
    where upload.id = $1 and upload.removed_at is null`,
};

/** Tells which account a path with an upload's id belongs to. */
@Injectable()
export class UploadPathAccounts implements OnModuleInit, PathSource {
  readonly #paths: PathAccounts;
  readonly #sql: HotSql;

  constructor(paths: PathAccounts, sql: HotSql) {
    this.#paths = paths;
    this.#sql = sql;
  }

  onModuleInit(): void {
    this.#paths.learnFrom(this);
  }

  matches(pattern: string): boolean {
    return BY_UPLOAD.test(pattern);
  }

  async appidOf(params: unknown): Promise<string | undefined> {
    const id = idIn(params);
    if (!isUuid(id)) return undefined;
    const [row] = await this.#sql.query<{ appid: string }>(APPID_OF_UPLOAD, [id.toLowerCase()]);
    return row?.appid;
  }

  absent(_pattern: string, params: unknown): Error {
    const id = idIn(params);
    return uploadNotFound(isUuid(id) ? id.toLowerCase() : id.slice(0, 64));
  }
}

const idIn = (params: unknown): string => {
  const { id } = (params ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : '';
};
