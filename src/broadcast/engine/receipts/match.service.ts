import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/session/sqlstate.js';
import { OutdatedSuppressions } from '../../../followers/suppressions/outdated-suppressions.js';
import { Lane } from '../record/lane.js';
import { MATCH, WAITING_RECEIPTS } from './receive.statements.js';

interface BlockingRow {
  readonly account_id: number;
  readonly openid: string;
}

interface MsgidRow {
  readonly account_id: number;
  readonly msgid: string;
}

export interface MsgidOfAccount {
  readonly accountId: number;
  readonly msgid: string;
}

/** Step 8: joins waiting receipts with the deliveries they speak of, after either side has committed. */
@Injectable()
export class MatchService {
  readonly #logger = new Logger(MatchService.name);
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #suppressions: OutdatedSuppressions;

  constructor(sql: HotSql, lane: Lane, suppressions: OutdatedSuppressions) {
    this.#sql = sql;
    this.#lane = lane;
    this.#suppressions = suppressions;
  }

  /** For a settled batch, of which hardly any has its receipt yet: asks that first. Never fails either. */
  async matchWaiting(msgids: readonly MsgidOfAccount[]): Promise<void> {
    if (msgids.length === 0) return;
    try {
      const waiting = await this.#sql.query<MsgidRow>(WAITING_RECEIPTS, [
        msgids.map(({ accountId }) => accountId),
        msgids.map(({ msgid }) => msgid),
      ]);
      await this.match(waiting.map((row) => ({ accountId: row.account_id, msgid: row.msgid })));
    } catch (err) {
      this.#tellLater(msgids, err);
    }
  }

  /** Never fails: both sides are durable, and `UnmatchedReceipts` joins what was missed here. */
  async match(msgids: readonly MsgidOfAccount[]): Promise<void> {
    if (msgids.length === 0) return;
    try {
      const blocking = await retryingDeadlocks(() =>
        this.#sql.query<BlockingRow>(MATCH, [
          msgids.map(({ accountId }) => accountId),
          msgids.map(({ msgid }) => msgid),
          this.#lane.of('match'),
        ]),
      );
      await this.#suppressions.lift(
        blocking.map((row) => ({ accountId: row.account_id, openid: row.openid })),
      );
    } catch (err) {
      this.#tellLater(msgids, err);
    }
  }

  #tellLater(msgids: readonly MsgidOfAccount[], err: unknown): void {
    this.#logger.warn(
      { msgids: msgids.length, err },
      'receipts were not matched with their deliveries; a periodic task matches them',
    );
  }
}
