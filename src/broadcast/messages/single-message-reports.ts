import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { HotSql } from '../../database/hot-sql.js';
import { deliveriesPurged } from '../deliveries/delivery-not-found.js';
import { messageNotFound } from '../engine/record/not-found.js';
import { SINGLE_MESSAGE, type SingleMessageRow } from './single-message.statement.js';

/** What became of one message to one recipient. */
export interface SingleMessageReport extends SingleMessageRow {
  readonly account: Account;
  readonly appid: string;
  readonly openid: string;
  readonly state: string;
}

/** Read model of single messages. */
@Injectable()
export class SingleMessageReports {
  readonly #sql: HotSql;
  readonly #accounts: AccountsService;

  constructor(sql: HotSql, accounts: AccountsService) {
    this.#sql = sql;
    this.#accounts = accounts;
  }

  async requireReport(id: string): Promise<SingleMessageReport> {
    const [row] = await this.#sql.query<SingleMessageRow>(SINGLE_MESSAGE, [id]);
    const account = row && (await this.#accounts.byId(row.account_id));
    if (!row || !account) throw messageNotFound(id);
    const { openid, state, purged_at: purgedAt } = row;
    if (openid === null || state === null) throw deliveriesPurged(purgedAt ?? row.created_at);
    return { ...row, openid, state, account, appid: account.appid };
  }
}
