import { Injectable } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import type { HotRunner } from '../../../database/hot-sql.js';
import type { ChannelName } from '../../../wechat/message-channel.js';
import { LatencyMeter } from '../rate/latency-meter.js';
import type { Nudge } from '../send/send.queue.js';
import { AccountLease, isWaiting, outstandingOf } from './account-lease.js';
import { type Achieved, AchievedRates } from '../rate/achieved-rates.js';
import { level, queueCapacity, capacityIn } from './release-plan.js';
import {
  type CallsLeft,
  type OpenBroadcast,
  type ReleaseOrder,
  ReleaseRepository,
  type Lease,
} from './release.repository.js';
import { CappedRelease } from './capped-release.js';
import { WorkerSlots } from './worker-slots.js';

/** What one lease of one account came to. */
export interface LeaseResult {
  readonly lease: Lease;
  readonly open: readonly OpenBroadcast[];
  /** Handed out and committed. */
  readonly nudges: readonly Nudge[];
  readonly achieved: Achieved;
  /** Channels whose quota of the day is used up, which have more to send, and nothing on its way. */
  readonly spent: readonly ChannelName[];
}

interface Order {
  readonly account: AccountLease;
  readonly order: ReleaseOrder;
}

/** When an account gives less than its share, the others are asked for the rest; so many times at most. */
const MAX_PASSES = 4;

/**
 * Takes the leases of all accounts that are due, in one transaction, which holds their locks: a hundred accounts cost
 * hardly more statements than one.
 */
@Injectable()
export class ReleaseRound {
  readonly #rows: ReleaseRepository;
  readonly #meter: LatencyMeter;
  readonly #rates: AchievedRates;
  readonly #slots: WorkerSlots;
  readonly #sending: SendingConfig;
  readonly #capped: CappedRelease;

  constructor(
    rows: ReleaseRepository,
    meter: LatencyMeter,
    rates: AchievedRates,
    slots: WorkerSlots,
    sending: SendingConfig,
    capped: CappedRelease,
  ) {
    this.#capped = capped;
    this.#rows = rows;
    this.#meter = meter;
    this.#rates = rates;
    this.#slots = slots;
    this.#sending = sending;
  }

  /** One round: the leases that are due among these accounts', and that no other worker has. */
  async run(accountIds: readonly number[]): Promise<LeaseResult[]> {
    if (accountIds.length === 0) return [];
    this.#rates.keepOnly(accountIds);
    return this.#rows.inTransaction(async (tx) => {
      const leases = await this.#rows.takeLeases(tx, accountIds, this.#sending.sendsPerSecond);
      if (leases.length === 0) return [];
      const open = await this.#rows.openBroadcasts(
        tx,
        leases.map((lease) => lease.account_id),
      );
      const callsLeft = await this.#rows.quotaLeft(tx, open, this.#sending.quotaResetHour);
      const accounts = this.#begin(leases, open, callsLeft);
      await this.#handOut(tx, accounts);
      await this.#rows.keepCredits(
        tx,
        new Map(accounts.flatMap(({ ownCredits }) => [...ownCredits])),
      );
      await this.#rows.endLeases(
        tx,
        accounts.map(({ end }) => end),
      );
      return accounts.map(({ facts, nudges }) => ({ ...facts, nudges, spent: spentOf(facts) }));
    });
  }

  #begin(
    leases: readonly Lease[],
    allOpen: readonly OpenBroadcast[],
    callsLeft: CallsLeft,
  ): AccountLease[] {
    const openOf = Map.groupBy(allOpen, (broadcast) => broadcast.account_id);
    return leases.map((lease) => {
      const open = openOf.get(lease.account_id) ?? [];
      const achieved = this.#rates.observe(
        lease.account_id,
        open,
        this.#meter.latencyMs(lease.account_id),
      );
      return new AccountLease({
        lease,
        open,
        achieved,
        capacity: this.#capacity(lease, open, achieved),
        callsLeft: callsLeft.get(lease.account_id) ?? new Map<ChannelName, number>(),
      });
    });
  }

  #capacity(lease: Lease, open: readonly OpenBroadcast[], achieved: Achieved): number {
    const outstanding = outstandingOf(open);
    if (lease.single_file) return outstanding === 0 ? 1 : 0;
    return capacityIn({
      rate: Math.min(lease.rate, lease.cap),
      achieved: achieved.best,
      latencyMs: this.#meter.latencyMs(lease.account_id),
      outstanding,
      slots: this.#slots.count,
      othersWait: lease.all_waiting > (lease.waiting ? 1 : 0),
    });
  }

  async #handOut(tx: HotRunner, accounts: readonly AccountLease[]): Promise<void> {
    for (const account of accounts)
      for (const { broadcasts, limit } of account.singles) {
        // A thousand of them cost one statement.
        const given = limit > 0 ? await this.#rows.releaseSingles(tx, broadcasts, limit) : [];
        account.servedSingles(broadcasts, given);
      }
    const capacity = queueCapacity(this.#rates.all, this.#slots.count);
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const demands = accounts.map(({ demand }) => demand);
      const queued = demands.reduce((sum, demand) => sum + demand.queued, 0);
      const grants = level(demands, capacity - queuedElsewhere(accounts) - queued);
      const orders = accounts.flatMap((account) =>
        account
          .orders(grants.get(account.accountId) ?? 0)
          .map((order) => ({ account, order, broadcastId: order.broadcast.id })),
      );
      if (orders.length === 0) return;
      const given = Map.groupBy(await this.#release(tx, orders), ({ broadcastId }) => broadcastId);
      let isShort = false;
      for (const { account, order, broadcastId } of orders) {
        const nudges = given.get(broadcastId) ?? [];
        account.served(order, nudges);
        isShort ||= nudges.length < order.limit;
      }
      if (!isShort) return;
    }
  }

  /** Those with a contact cap come last, one after the other: what the others hand out is on its way then. */
  async #release(tx: HotRunner, orders: readonly Order[]): Promise<Nudge[]> {
    const plain = orders.filter((each) => !isCapped(each));
    const nudges = await this.#rows.release(
      tx,
      plain.map(({ order }) => order),
    );
    for (const each of orders.filter(isCapped)) {
      const { account, order } = each;
      const { contact_cap: cap } = account.facts.lease;
      if (cap === null) continue;
      const own = new Set(orders.filter((other) => other.account === account).map(idOf));
      const coming = [...account.nudges, ...nudges.filter((nudge) => own.has(nudge.broadcastId))];
      nudges.push(...(await this.#capped.release(tx, order, cap, coming)));
    }
    return nudges;
  }
}

const idOf = ({ order: { broadcast } }: Order): string => broadcast.id;

/** Its account spares those who have got enough, and nobody has said that it goes to them all the same. */
const isCapped = ({ account, order: { broadcast } }: Order): boolean =>
  account.facts.lease.contact_cap !== null && !broadcast.beyond_cap && !broadcast.priority;

/** What accounts that are not in this round had queued after their last leases. */
function queuedElsewhere(accounts: readonly AccountLease[]): number {
  const own = accounts.reduce((sum, { facts }) => sum + facts.lease.queued, 0);
  return Math.max(0, (accounts[0]?.facts.lease.all_queued ?? 0) - own);
}

function spentOf({ lease, open, callsLeft }: AccountLease['facts']): ChannelName[] {
  if (lease.stopped) return [];
  return [...callsLeft].flatMap(([channel, left]) => {
    const ofChannel = open.filter((broadcast) => broadcast.channel === channel);
    return left === 0 && outstandingOf(ofChannel) === 0 && ofChannel.some(isWaiting)
      ? [channel]
      : [];
  });
}
