import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { HotSql } from '../../database/hot-sql.js';
import { Clock } from '../../kernel/clock.js';
import { deliveriesPurged } from '../deliveries/delivery-not-found.js';
import { missingRoles } from '../engine/record/live-processes.js';
import { messageNotFound } from '../engine/record/not-found.js';
import { SINGLE_MESSAGE, type SingleMessageRow } from './single-message.statement.js';

/** What became of one message to one recipient. */
export interface SingleMessageReport extends SingleMessageRow {
  readonly account: Account;
  readonly appid: string;
  readonly openid: string;
  readonly state: string;
  /** No worker has taken it up for ten seconds. */
  readonly untaken: boolean;
}

/** Not given to WeChat yet. */
const UNSENT = ['pending', 'queued'];
const PATIENCE_MS = 10_000;

/** Read model of single messages. */
@Injectable()
export class SingleMessageReports {
  readonly #sql: HotSql;
  readonly #db: Kysely<unknown>;
  readonly #accounts: AccountsService;
  readonly #clock: Clock;

  constructor(sql: HotSql, db: Kysely<unknown>, accounts: AccountsService, clock: Clock) {
    this.#sql = sql;
    this.#db = db;
    this.#accounts = accounts;
    this.#clock = clock;
  }

  async requireReport(id: string): Promise<SingleMessageReport> {
    const [row] = await this.#sql.query<SingleMessageRow>(SINGLE_MESSAGE, [id]);
    const account = row && (await this.#accounts.byId(row.account_id));
    if (!row || !account) throw messageNotFound(id);
    const { openid, state, purged_at: purgedAt } = row;
    if (openid === null || state === null) throw deliveriesPurged(purgedAt ?? row.created_at);
    const untaken = await this.#isUntaken(row, state);
    return { ...row, openid, state, untaken, account, appid: account.appid };
  }

  /** While there is a worker, it is holds, rate and quota that a message waits for. */
  async #isUntaken({ created_at: since }: SingleMessageRow, state: string): Promise<boolean> {
    const age = this.#clock.now().getTime() - since.getTime();
    if (!UNSENT.includes(state) || age < PATIENCE_MS) return false;
    return (await missingRoles(this.#db)).includes('worker');
  }
}
