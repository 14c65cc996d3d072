import type { ChannelName } from '../../../wechat/message-channel.js';
import type { Nudge } from '../send/send.queue.js';
import type { Achieved } from '../rate/achieved-rates.js';
import { type Candidate, type Demand, nextLeaseIn, refill, shares } from './release-plan.js';
import type { EndedLease, OpenBroadcast, ReleaseOrder, Lease } from './release.repository.js';

/** Would send now, if there were room. */
export const isWaiting = ({
  running,
  held,
  awaits_quota: early,
  pending,
}: OpenBroadcast): boolean => running && !held && !early && pending > 0;

export const outstandingOf = (open: readonly OpenBroadcast[]): number =>
  open.reduce((sum, { queued, sending }) => sum + queued + sending, 0);

/** What is known of an account when its turn begins. */
export interface LeaseFacts {
  readonly lease: Lease;
  readonly open: readonly OpenBroadcast[];
  readonly achieved: Achieved;
  /** Jobs that fit into its window. */
  readonly room: number;
  readonly callsLeft: ReadonlyMap<ChannelName, number>;
}

/**
 * One account within a round: what it may still hand out, and which of its broadcasts have more. Of those that are
 * not due, or out of their canary's room, nobody knows before they were asked: one that gave less than its share has
 * no more, and the others have what it left.
 */
export class AccountLease {
  readonly nudges: Nudge[] = [];
  readonly #credit: number;
  readonly #most: number;
  readonly #calls: Map<ChannelName, number>;
  readonly #own = new Map<string, number>();
  readonly #live: Map<string, OpenBroadcast>;
  #couldUseMore: boolean;

  constructor(readonly facts: LeaseFacts) {
    const { lease: turn, open, room, callsLeft } = facts;
    const rate = Math.min(turn.rate, turn.cap);
    this.#credit = turn.stopped ? turn.credit : refill(turn.credit, rate, turn.since_release);
    this.#most = turn.stopped ? 0 : Math.min(this.#credit, room);
    this.#calls = new Map(callsLeft);
    for (const { channel, queued } of open)
      this.#calls.set(channel, (this.#calls.get(channel) ?? Infinity) - queued);
    const waiting = turn.stopped ? [] : open.filter(isWaiting);
    this.#live = new Map(waiting.map((broadcast) => [broadcast.id, broadcast]));
    this.#couldUseMore = turn.waiting && waiting.length > 0;
    for (const { id, own_cap: cap, credit } of waiting)
      if (cap !== null) this.#own.set(id, refill(credit, cap, turn.since_release));
  }

  get accountId(): number {
    return this.facts.lease.account_id;
  }

  /** Single messages that go out before anything else, by channel, and how many of them. */
  get singles(): { readonly broadcasts: readonly OpenBroadcast[]; readonly most: number }[] {
    const singles = [...this.#live.values()].filter(({ single }) => single);
    return [...new Set(singles.map(({ channel }) => channel))].map((channel) => ({
      broadcasts: singles.filter((single) => single.channel === channel),
      most: Math.floor(Math.min(this.#left, this.#calls.get(channel) ?? Infinity)),
    }));
  }

  /** Single messages were asked for so many, and gave these; those that wait for a later time leave their share. */
  servedSingles(of: readonly OpenBroadcast[], given: readonly Nudge[]): void {
    for (const { id } of of) this.#live.delete(id);
    const [first] = of;
    if (first) this.#take(first.channel, given);
    this.#couldUseMore = this.#left === 0;
  }

  /** What it asks of the room that all accounts have together. */
  get demand(): Demand {
    let wanted = 0;
    for (const most of this.#shares(this.#left).values()) wanted += most;
    return { accountId: this.accountId, wanted, queued: this.#queued };
  }

  /** How many of each broadcast, if so many may be handed out. */
  orders(most: number): ReleaseOrder[] {
    return [...this.#shares(Math.min(most, this.#left))].flatMap(([id, share]) => {
      const broadcast = this.#live.get(id);
      return broadcast && share > 0 ? [{ broadcast, most: share }] : [];
    });
  }

  served({ broadcast, most }: ReleaseOrder, given: readonly Nudge[]): void {
    this.#take(broadcast.channel, given);
    const own = this.#own.get(broadcast.id);
    if (own !== undefined) this.#own.set(broadcast.id, own - given.length);
    // What a canary may still hand out was read when the turn began.
    if (given.length < most || broadcast.canary_room !== null) this.#live.delete(broadcast.id);
    this.#couldUseMore = this.#live.size > 0;
  }

  get ownCredits(): ReadonlyMap<string, number> {
    return this.#own;
  }

  get end(): EndedLease {
    const { lease: turn, open } = this.facts;
    const isBusy =
      this.nudges.length > 0 || outstandingOf(open) > 0 || (this.#couldUseMore && !turn.stopped);
    return {
      lease: turn,
      credit: this.#credit - this.nudges.length,
      nextIn: nextLeaseIn(turn.single_file ? Infinity : Math.min(turn.rate, turn.cap), isBusy),
      waiting: this.#couldUseMore,
      queued: this.#queued,
    };
  }

  get #queued(): number {
    const before = this.facts.open.reduce((sum, { queued }) => sum + queued, 0);
    return before + this.nudges.length;
  }

  get #left(): number {
    return Math.max(0, Math.floor(this.#most - this.nudges.length));
  }

  #take(channel: ChannelName, given: readonly Nudge[]): void {
    this.nudges.push(...given);
    this.#calls.set(channel, (this.#calls.get(channel) ?? Infinity) - given.length);
  }

  #shares(most: number): Map<string, number> {
    const candidates = [...this.#live.values()].map(
      ({ id, channel, pending, first }): Candidate => ({
        broadcastId: id,
        channel,
        pending,
        first,
        credit: this.#own.get(id),
      }),
    );
    return shares(candidates, most, this.#calls);
  }
}
