import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HotSql, type HotStatement } from '../../database/hot-sql.js';
import { isUuid } from '../../http/id-cursor.js';
import { PathAccounts, type PathSource } from '../../http/path-accounts.js';
import { preflightNotFound } from './preflight-not-found.js';

const BY_PREFLIGHT = /^\/v1\/broadcasts\/preflight\/:preflightId(\/|$)/;

const APPID_OF_PREFLIGHT: HotStatement = {
  name: 'appid-of-preflight',
  text: `
    select account.appid from preflight join account on account.id = preflight.account_id
    where preflight.id = $1`,
};

/** Tells which account a path with a preflight's id belongs to. */
@Injectable()
export class PreflightPathAccounts implements OnModuleInit, PathSource {
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
    return BY_PREFLIGHT.test(pattern);
  }

  async appidOf(params: unknown): Promise<string | undefined> {
    const id = idIn(params);
    if (!isUuid(id)) return undefined;
    const [row] = await this.#sql.query<{ appid: string }>(APPID_OF_PREFLIGHT, [id.toLowerCase()]);
    return row?.appid;
  }

  absent(_pattern: string, params: unknown): Error {
    const id = idIn(params);
    return preflightNotFound(isUuid(id) ? id.toLowerCase() : id.slice(0, 64));
  }
}

const idIn = (params: unknown): string => {
  const { preflightId } = (params ?? {}) as { preflightId?: unknown };
  return typeof preflightId === 'string' ? preflightId : '';
};
