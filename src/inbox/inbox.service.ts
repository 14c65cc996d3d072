import { Injectable, Logger } from '@nestjs/common';
import { ReceiptsService } from '../broadcast/engine/receipts/receipts.service.js';
import { sqlstateOf } from '../database/sqlstate.js';
import { FollowerEvents } from '../followers/follower-events.js';
import { Metrics } from '../metrics/metrics.js';
import { type InboxPush, uncarry } from '../wechat-auth/inbox-job.js';
import { isOwnEvent } from '../wechat-auth/own-events.js';
import { MalformedPush, readPush } from '../wechat-auth/push-fields.js';
import { type DeadPush, DeadPushRepository } from './dead-push.repository.js';
import { ForwardQueue } from './forward.queue.js';
import { type PushEvent, pushEventOf } from './push-event.js';
import { recordHalving, type RefusedItem } from './record-halving.js';

interface Sorted {
  readonly push: InboxPush;
  readonly event: PushEvent;
  /** Nobody but us waits for it. */
  readonly isOwn: boolean;
}
type SortedAs<Kind extends PushEvent['kind']> = Sorted & {
  readonly event: Extract<PushEvent, { kind: Kind }>;
};

/** Turns pushes into what they change: receipts, followers, and a parcel for the customer's own server. */
@Injectable()
export class InboxService {
  private readonly logger = new Logger(InboxService.name);

  constructor(
    private readonly receipts: ReceiptsService,
    private readonly followers: FollowerEvents,
    private readonly deadPushes: DeadPushRepository,
    private readonly forwards: ForwardQueue,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Resolves once everything that the pushes say is on record, and may be called again with the same ones. A push
   * that cannot be acted upon costs only itself. Forwarding comes last, so that a batch that fails is not
   * forwarded each time.
   */
  async take(jobId: string, pushes: readonly InboxPush[]): Promise<void> {
    const sorted = pushes.map(sort);
    const refused = await Promise.all([this.recordReceipts(sorted), this.applyFollows(sorted)]);
    await this.bury([...sorted.flatMap(deadOf), ...refused.flat().map(refusalOf)]);
    await this.forwards.add(
      jobId,
      sorted.filter(({ isOwn }) => !isOwn).map(({ push }) => push),
    );
    for (const { event } of sorted) this.metrics.inboxPushes.inc({ kind: event.kind });
  }

  private recordReceipts(sorted: readonly Sorted[]): Promise<RefusedItem<Sorted>[]> {
    return recordHalving(sorted.filter(isKind('receipt')), (some) =>
      this.receipts.record(
        some.map(({ push, event }) => ({
          accountId: push.accountId,
          openid: event.openid,
          msgid: event.msgid,
          createTime: event.createTime,
          status: event.status,
        })),
      ),
    );
  }

  private applyFollows(sorted: readonly Sorted[]): Promise<RefusedItem<Sorted>[]> {
    return recordHalving(sorted.filter(isKind('subscribe', 'unsubscribe')), (some) =>
      this.followers.apply(
        some.map(({ push, event }) => ({
          accountId: push.accountId,
          openid: event.openid,
          kind: event.kind,
          at: event.at,
        })),
      ),
    );
  }

  private async bury(dead: readonly DeadPush[]): Promise<void> {
    if (dead.length === 0) return;
    await this.deadPushes.bury(dead);
    const reasons = [...new Set(dead.map(({ push, reason }) => `${push.appid}: ${reason}`))];
    this.logger.warn(`${dead.length} pushes went to dead_push (${reasons.slice(0, 5).join('; ')})`);
  }
}

function sort(push: InboxPush): Sorted {
  try {
    const fields = readPush(uncarry(push.content).toString('utf8'));
    const { Event: name } = fields;
    return {
      push,
      event: pushEventOf(fields, new Date(push.receivedAt)),
      isOwn: typeof name === 'string' && isOwnEvent(name),
    };
  } catch (error) {
    if (!(error instanceof MalformedPush)) throw error;
    return { push, event: { kind: 'dead', reason: error.message }, isOwn: false };
  }
}

const isKind =
  <Kind extends PushEvent['kind']>(...kinds: Kind[]) =>
  (sorted: Sorted): sorted is SortedAs<Kind> =>
    (kinds as readonly PushEvent['kind'][]).includes(sorted.event.kind);

const deadOf = ({ push, event }: Sorted): DeadPush[] =>
  event.kind === 'dead' ? [{ push, reason: event.reason }] : [];

const refusalOf = ({ item, error }: RefusedItem<Sorted>): DeadPush => ({
  push: item.push,
  reason: `the database refused it: ${sqlstateOf(error)} ${(error as Error).message}`,
});
