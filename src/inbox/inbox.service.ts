import { Injectable, Logger } from '@nestjs/common';
import { sqlstateOf } from '../database/session/sqlstate.js';
import { Clock } from '../kernel/clock.js';
import { isSandboxAppid } from '../kernel/sandbox-appid.js';
import { Metrics } from '../metrics/metrics.js';
import type { InboxPush } from '../wechat-auth/inbox-job.js';
import { PushSealing } from '../wechat-auth/push-sealing.js';
import { type DeadPush, DeadPushRepository } from './dead-push.repository.js';
import { ForwardQueue } from './forward.queue.js';
import { lagsOf } from './push-lags.js';
import { PushRecords } from './push-records.service.js';
import type { RefusedItem } from '../kernel/bisect.js';
import { faultsOf, type SortedPush, sortPush } from './sorted-push.js';

/** Turns pushes into receipts, followers, grants, and forwards to the customer's own server. */
@Injectable()
export class InboxService {
  readonly #logger = new Logger(InboxService.name);
  readonly #sealing: PushSealing;
  readonly #records: PushRecords;
  readonly #deadPushes: DeadPushRepository;
  readonly #forwards: ForwardQueue;
  readonly #metrics: Metrics;
  readonly #clock: Clock;

  constructor(
    sealing: PushSealing,
    records: PushRecords,
    deadPushes: DeadPushRepository,
    forwards: ForwardQueue,
    metrics: Metrics,
    clock: Clock,
  ) {
    this.#sealing = sealing;
    this.#records = records;
    this.#deadPushes = deadPushes;
    this.#forwards = forwards;
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /**
   * Resolves once everything that the pushes say is on record, and may be called again with the same ones. A push
   * that cannot be acted upon costs only itself. Forwarding comes last, so that a batch that fails is not
   * forwarded each time.
   */
  async take(jobId: string, pushes: readonly InboxPush[]): Promise<void> {
    const sorted = pushes.map((push) => sortPush(push, this.#sealing));
    const refused = await this.#records.record(sorted);
    await this.#bury([...sorted.flatMap(deadOf), ...refused.map(refusalOf)]);
    await this.#forwards.add(
      jobId,
      sorted.filter(({ isOwn, hasOriginal }) => hasOriginal && !isOwn).map(({ push }) => push),
    );
    this.#count(sorted);
  }

  /** What is pretended is no figure of ours. */
  #count(taken: readonly SortedPush[]): void {
    const sorted = taken.filter(({ push }) => !isSandboxAppid(push.appid));
    for (const { event } of sorted) this.#metrics.inboxPushes.inc({ kind: event.kind });
    const { inbox, receipt } = lagsOf(sorted, this.#clock.now());
    if (inbox !== undefined) this.#metrics.inboxLagSeconds.observe(inbox);
    if (receipt !== undefined) this.#metrics.receiptLagSeconds.observe(receipt);
  }

  async #bury(dead: readonly DeadPush[]): Promise<void> {
    if (dead.length === 0) return;
    await this.#deadPushes.bury(dead);
    const reasons = [...new Set(dead.map(({ push, reason }) => `${push.appid}: ${reason}`))];
    this.#logger.warn(
      `${dead.length} pushes went to dead_push (${reasons.slice(0, 5).join('; ')})`,
    );
  }
}

/** A push of which only some items can be read is kept whole too, for a person to look at. */
function deadOf(sorted: SortedPush): DeadPush[] {
  const [reason] = faultsOf(sorted);
  return reason === undefined ? [] : [{ ...sorted, reason }];
}

const refusalOf = ({ item, error }: RefusedItem<SortedPush>): DeadPush => ({
  ...item,
  reason: `the database refused it: ${sqlstateOf(error)} ${(error as Error).message}`,
});
