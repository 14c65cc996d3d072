import type { ChannelName } from '../../../wechat/message-channel.js';
import type { Nudge } from '../send/send.queue.js';
import type { Achieved } from '../rate/achieved-rates.js';
import { type Candidate, type Demand, nextLeaseIn, refill, shares } from './release-plan.js';
import type { EndedLease, OpenBroadcast, ReleaseOrder, Lease } from './release.repository.js';

/** Whether a broadcast would send now if there were capacity. */
export const isWaiting = ({
  running,
  held,
  awaits_quota: early,
  pending,
}: OpenBroadcast): boolean => running && !held && !early && pending > 0;

/** Jobs that were handed out and are not settled. */
export const outstandingOf = (open: readonly OpenBroadcast[]): number =>
  open.reduce((sum, { queued, sending }) => sum + queued + sending, 0);

/** What is known of an account when its lease begins. */
export interface LeaseFacts {
  readonly lease: Lease;
  readonly open: readonly OpenBroadcast[];
  readonly achieved: Achieved;
  /** Jobs that fit into its window. */
  readonly capacity: number;
  readonly callsLeft: ReadonlyMap<ChannelName, number>;
}

/**
 * One account within a round: what it may still hand out, and which of its broadcasts have more. The counters do not
 * tell which rows are due or beyond a canary's capacity. So a broadcast that gives less than its share counts as having no
 * more, and its remainder goes to the others.
 */
export class AccountLease {
  readonly nudges: Nudge[] = [];
  readonly #credit: number;
  readonly #limit: number;
  readonly #calls: Map<ChannelName, number>;
  readonly #own = new Map<string, number>();
  readonly #live: Map<string, OpenBroadcast>;
  #couldUseMore: boolean;

  constructor(readonly facts: LeaseFacts) {
    const { lease, open, capacity, callsLeft } = facts;
    const rate = Math.min(lease.rate, lease.cap);
    this.#credit = lease.stopped ? lease.credit : refill(lease.credit, rate, lease.since_release);
    this.#limit = lease.stopped ? 0 : Math.min(this.#credit, capacity);
    this.#calls = new Map(callsLeft);
    for (const { channel, queued } of open)
      this.#calls.set(channel, (this.#calls.get(channel) ?? Infinity) - queued);
    const waiting = lease.stopped ? [] : open.filter(isWaiting);
    this.#live = new Map(waiting.map((broadcast) => [broadcast.id, broadcast]));
    this.#couldUseMore = lease.waiting && waiting.length > 0;
    for (const { id, own_cap: cap, credit } of waiting)
      if (cap !== null) this.#own.set(id, refill(credit, cap, lease.since_release));
  }

  get accountId(): number {
    return this.facts.lease.account_id;
  }

  /** Single messages, which go out before anything else: by channel, with how many may go at most. */
  get singles(): { readonly broadcasts: readonly OpenBroadcast[]; readonly limit: number }[] {
    const singles = [...this.#live.values()].filter(({ single }) => single);
    return [...new Set(singles.map(({ channel }) => channel))].map((channel) => ({
      broadcasts: singles.filter((single) => single.channel === channel),
      limit: Math.floor(Math.min(this.#left, this.#calls.get(channel) ?? Infinity)),
    }));
  }

  /** After single messages were asked for: what they gave. Those that wait for a later time leave their share. */
  servedSingles(of: readonly OpenBroadcast[], given: readonly Nudge[]): void {
    for (const { id } of of) this.#live.delete(id);
    const [first] = of;
    if (first) this.#take(first.channel, given);
    this.#couldUseMore = this.#left === 0;
  }

  /** What it asks of the capacity that all accounts share. */
  get demand(): Demand {
    let wanted = 0;
    for (const share of this.#shares(this.#left).values()) wanted += share;
    return { accountId: this.accountId, wanted, queued: this.#queued };
  }

  /** Divides so many messages, at most, among its broadcasts. */
  orders(limit: number): ReleaseOrder[] {
    return [...this.#shares(Math.min(limit, this.#left))].flatMap(([id, share]) => {
      const broadcast = this.#live.get(id);
      return broadcast && share > 0 ? [{ broadcast, limit: share }] : [];
    });
  }

  served({ broadcast, limit }: ReleaseOrder, given: readonly Nudge[]): void {
    this.#take(broadcast.channel, given);
    const own = this.#own.get(broadcast.id);
    if (own !== undefined) this.#own.set(broadcast.id, own - given.length);
    // What a canary may still hand out was read when the lease began.
    if (given.length < limit || broadcast.canary_capacity !== null) this.#live.delete(broadcast.id);
    this.#couldUseMore = this.#live.size > 0;
  }

  get ownCredits(): ReadonlyMap<string, number> {
    return this.#own;
  }

  get end(): EndedLease {
    const { lease, open } = this.facts;
    const isBusy =
      this.nudges.length > 0 || outstandingOf(open) > 0 || (this.#couldUseMore && !lease.stopped);
    return {
      lease,
      credit: this.#credit - this.nudges.length,
      nextIn: nextLeaseIn(lease.single_file ? Infinity : Math.min(lease.rate, lease.cap), isBusy),
      waiting: this.#couldUseMore,
      queued: this.#queued,
    };
  }

  get #queued(): number {
    const before = this.facts.open.reduce((sum, { queued }) => sum + queued, 0);
    return before + this.nudges.length;
  }

  get #left(): number {
    return Math.max(0, Math.floor(this.#limit - this.nudges.length));
  }

  #take(channel: ChannelName, given: readonly Nudge[]): void {
    this.nudges.push(...given);
    this.#calls.set(channel, (this.#calls.get(channel) ?? Infinity) - given.length);
  }

  #shares(limit: number): Map<string, number> {
    const candidates = [...this.#live.values()].map(
      ({ id, channel, pending, priority }): Candidate => ({
        broadcastId: id,
        channel,
        pending,
        priority,
        credit: this.#own.get(id),
      }),
    );
    return shares(candidates, limit, this.#calls);
  }
}
