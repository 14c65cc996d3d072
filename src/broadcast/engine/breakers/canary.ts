import { seen } from '../holds/seen.js';
import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { CANARY_WAIT_MINUTES } from './thresholds.js';
import { judgeCanary } from './canary-verdict.js';
import { type CanaryFigures, canaryWaiting } from './breaker-texts.js';
import { Holds } from '../holds/holds.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { type CanaryRow, CANARIES } from './canary.statement.js';

/**
 * Holds a broadcast after its first recipients until it is known what became of their messages. Each step is one
 * transaction that leaves a row, and the next step starts from what the rows say, in whichever worker.
 */
@Injectable()
export class CanaryWatch implements PeriodicTask {
  readonly what = 'canaries';
  readonly everyMs = 0;
  readonly #logger = new Logger(CanaryWatch.name);
  readonly #sql: HotSql;
  readonly #holds: Holds;

  constructor(sql: HotSql, holds: Holds) {
    this.#sql = sql;
    this.#holds = holds;
  }

  async run(): Promise<void> {
    for (const row of await this.#sql.query<CanaryRow>(CANARIES, [CANARY_WAIT_MINUTES])) {
      // Where nobody comes after the canary, there is nothing to wait for: it finishes.
      if (row.code === null && !row.open && row.more) await this.#wait(row);
      if (row.code === 'canary_waiting') await this.#judge(row);
    }
  }

  async #wait(row: CanaryRow): Promise<void> {
    const words = canaryWaiting(figuresOf(row).sent);
    const hold = { reason: 'canary', code: 'canary_waiting', ...seen(words) } as const;
    if (await this.#holds.hold(row.id, hold))
      this.#logger.log(
        { broadcastId: row.id },
        'the canary of a broadcast is out; its receipts are awaited',
      );
  }

  async #judge({ id: broadcastId, overdue, ...row }: CanaryRow): Promise<void> {
    const verdict = judgeCanary(figuresOf(row), overdue);
    if (verdict === 'waits') return;
    const { passed, words } = verdict;
    const { detail, params } = seen(words);
    if (passed) {
      const lifted = await this.#holds.lift(broadcastId, ['canary'], {
        code: 'canary_waiting',
        detail,
      });
      if (lifted.length > 0)
        this.#logger.log({ broadcastId, detail }, 'the canary of a broadcast went well');
      return;
    }
    const to = { code: 'canary_failed', detail, params } as const;
    if (await this.#holds.change(broadcastId, 'canary', 'canary_waiting', to))
      this.#logger.warn(
        { broadcastId, detail },
        'the canary of a broadcast did not go well; it is held',
      );
  }
}

function figuresOf(row: Omit<CanaryRow, 'id' | 'overdue'>): CanaryFigures {
  const { accepted: missing, reviewing, delivered, blocked, failed, refused, unknown } = row;
  const sent = missing + reviewing + delivered + blocked + failed + refused + unknown;
  return { sent, delivered, refused, failed, blocked, unknown, missing, reviewing };
}
