import { Injectable } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../database/hot-sql.js';
import { PathAccounts } from '../../http/path-accounts.js';
import { UuidPaths } from '../../http/uuid-paths.js';
import { preflightNotFound } from './preflight-not-found.js';

const APPID_OF_PREFLIGHT: HotStatement = {
  name: 'appid-of-preflight',
  text: `
    select account.appid from preflight join account on account.id = preflight.account_id
    where preflight.id = $1`,
};

/** Tells which account a path with a preflight's id belongs to. */
@Injectable()
export class PreflightPathAccounts extends UuidPaths {
  protected readonly pattern = /^\/v1\/broadcasts\/preflight\/:preflightId(\/|$)/;
  protected override readonly param = 'preflightId';
  readonly #sql: HotSql;

  constructor(paths: PathAccounts, sql: HotSql) {
    super(paths);
    this.#sql = sql;
  }

  protected async ownerOf(id: string): Promise<string | undefined> {
    const [row] = await this.#sql.query<{ appid: string }>(APPID_OF_PREFLIGHT, [id]);
    return row?.appid;
  }

  protected notFound(id: string): Error {
    return preflightNotFound(id);
  }
}
