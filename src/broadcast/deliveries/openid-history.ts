import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { HotSql } from '../../database/hot-sql.js';
import { page, type Page } from '../../http/cursor.js';
import { OPENID_PATTERN } from '../../kernel/ids.js';
import { type DeliveryRow, HISTORY_OF_OPENID } from './delivery.statements.js';
import { belowId } from '../../http/id-cursor.js';

/** A delivery, with the broadcast that it belongs to. */
export interface HistoryRow extends DeliveryRow {
  readonly broadcast_id: string;
  readonly name: string | null;
  readonly template_id: string;
  readonly purpose: string;
  readonly created_at: Date;
}

/** Read model: everything that one openid of an account was sent, over all broadcasts, newest first. */
@Injectable()
export class OpenidHistory {
  readonly #sql: HotSql;
  readonly #accounts: AccountsService;

  constructor(sql: HotSql, accounts: AccountsService) {
    this.#sql = sql;
    this.#accounts = accounts;
  }

  /** The history is empty for an openid that we never sent to; it may be a follower all the same. */
  async of(
    appid: string,
    openid: string,
    after: string | undefined,
    limit: number,
  ): Promise<Page<HistoryRow>> {
    const { id } = await this.#accounts.requireAccount(appid);
    const below = belowId(after);
    if (!OPENID_PATTERN.test(openid)) return { items: [], next: null };
    const rows = await this.#sql.query<HistoryRow>(HISTORY_OF_OPENID, [
      openid,
      id,
      below,
      limit + 1,
    ]);
    return page(rows, limit, ({ broadcast_id }) => broadcast_id);
  }
}
