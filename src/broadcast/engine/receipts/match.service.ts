import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/sqlstate.js';
import { Lane } from '../lane.js';
import { MATCH } from './receive.statements.js';

export interface MsgidOfAccount {
  readonly accountId: number;
  readonly msgid: string;
}

/** Step 8: joins waiting receipts with deliveries, after either side has committed. */
@Injectable()
export class MatchService {
  readonly #logger = new Logger(MatchService.name);

  constructor(
    private readonly sql: HotSql,
    private readonly lane: Lane,
  ) {}

  /** Never fails: both sides are durable, and the sweep joins what was missed here. */
  async match(msgids: readonly MsgidOfAccount[]): Promise<void> {
    if (msgids.length === 0) return;
    try {
      await retryingDeadlocks(() =>
        this.sql.query(MATCH, [
          msgids.map(({ accountId }) => accountId),
          msgids.map(({ msgid }) => msgid),
          this.lane.of('match'),
        ]),
      );
    } catch (error) {
      this.#logger.warn(
        { msgids: msgids.length, err: error },
        'receipts not matched yet; the sweep will',
      );
    }
  }
}
