import { Injectable, Logger } from '@nestjs/common';
import { HotSql } from '../../../database/hot-sql.js';
import { retryingDeadlocks } from '../../../database/session/sqlstate.js';
import { Metrics } from '../../../metrics/metrics.js';
import { Lane } from '../record/lane.js';
import { interceptedOf } from './intercepted-delivery.js';
import type { Interception } from './interceptions.js';
import {
  INTERCEPT,
  INTERCEPTED_CANDIDATES,
  type InterceptedCandidate,
  type InterceptionLease,
  NOTE_INTERCEPTIONS,
} from './review.statements.js';

/** Finds the deliveries that interceptions are about, and refuses them. */
@Injectable()
export class InterceptedDeliveries {
  readonly #logger = new Logger(InterceptedDeliveries.name);
  readonly #sql: HotSql;
  readonly #lane: Lane;
  readonly #metrics: Metrics;

  constructor(sql: HotSql, lane: Lane, metrics: Metrics) {
    this.#sql = sql;
    this.#lane = lane;
    this.#metrics = metrics;
  }

  async refuse(
    { account_id: accountId, template_id: templateId }: InterceptionLease,
    listed: readonly Interception[],
    template: string | undefined,
  ): Promise<void> {
    if (listed.length === 0) return;
    const candidates = await this.#sql.query<InterceptedCandidate>(INTERCEPTED_CANDIDATES, [
      accountId,
      templateId,
      listed.map(({ openid }) => openid),
      listed.map(({ sentAt }) => sentAt),
    ]);
    const byInterception = Map.groupBy(candidates, ({ n }) => n);
    const meant = listed.flatMap(({ content }, n) => {
      const one = interceptedOf(byInterception.get(n) ?? [], content, template);
      return one ? [one] : [];
    });
    if (meant.length === 0) return;
    const refused = await retryingDeadlocks(() =>
      this.#sql.query(INTERCEPT, [
        meant.map((row) => row.broadcast_id),
        meant.map(({ openid }) => openid),
        this.#lane.of('sweep'),
      ]),
    );
    if (refused.length > 0) await this.#sql.query(NOTE_INTERCEPTIONS, [accountId, refused.length]);
    this.#metrics.reviewsEnded.inc({ how: 'intercepted' }, refused.length);
    this.#logger.warn(
      { accountId, templateId, refused: refused.length },
      'WeChat intercepted messages of a template; their deliveries are refused',
    );
  }
}
