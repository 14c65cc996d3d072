import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/session/sqlstate.js';
import { Metrics } from '../../../metrics/metrics.js';
import { Lane } from '../record/lane.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { CLOSE_REVIEWS } from './review.statements.js';

const PAGE = 500;
/** Pages in one run, so that other periodic tasks get their time. */
const PAGES = 20;

/** Gives up deliveries whose review WeChat has not decided in time; also those of broadcasts that ended long before. */
@Injectable()
export class ReviewClosing implements PeriodicTask {
  readonly what = 'reviews';
  readonly everyMs = 5_000;
  readonly #logger = new Logger(ReviewClosing.name);
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #metrics: Metrics;

  constructor(sql: HotSql, lane: Lane, metrics: Metrics) {
    this.#sql = sql;
    this.#lane = lane;
    this.#metrics = metrics;
  }

  async run(): Promise<void> {
    for (let page = 0; page < PAGES; page++) {
      const [row] = await retryingDeadlocks(() =>
        this.#sql.query<{ due: number; closed: number }>(CLOSE_REVIEWS, [
          PAGE,
          this.#lane.of('sweep'),
        ]),
      );
      const { due = 0, closed = 0 } = row ?? {};
      this.#metrics.reviewsEnded.inc({ how: 'unheard' }, closed);
      if (closed > 0)
        this.#logger.warn(
          { closed },
          'deliveries under review are given up: WeChat said nothing for two hours',
        );
      if (due < PAGE) return;
    }
  }
}
