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
  ReleaseRepository,
  type Lease,
} from './release.repository.js';
import { WorkerSlots } from './worker-slots.js';

/** What one turn of one account came to. */
export interface Round {
  readonly lease: Lease;
  readonly open: readonly OpenBroadcast[];
  /** Handed out and committed. */
  readonly nudges: readonly Nudge[];
  readonly achieved: Achieved;
  /** Channels whose quota of the day is used up, while there is more to send by them and nothing on its way. */
  readonly spent: readonly ChannelName[];
}

/** Each time somebody gave less than its share, the others are asked for what it left; so many times at most. */
const MOST_PASSES = 4;

/**
 * The turns of all accounts that are due, in one transaction under their turns' locks: a hundred accounts cost hardly
 * more statements than one.
 */
@Injectable()
export class ReleaseRound {
  readonly #rows: ReleaseRepository;
  readonly #meter: LatencyMeter;
  readonly #rates: AchievedRates;
  readonly #slots: WorkerSlots;
  readonly #sending: SendingConfig;

  constructor(
    rows: ReleaseRepository,
    meter: LatencyMeter,
    rates: AchievedRates,
    slots: WorkerSlots,
    sending: SendingConfig,
  ) {
    this.#rows = rows;
    this.#meter = meter;
    this.#rates = rates;
    this.#slots = slots;
    this.#sending = sending;
  }

  /** Of those accounts whose turn has come, and that no other worker has. */
  async run(accountIds: readonly number[]): Promise<Round[]> {
    if (accountIds.length === 0) return [];
    this.#rates.keepOnly(accountIds);
    return this.#rows.inTurn(async (tx) => {
      const turns = await this.#rows.takeLeases(tx, accountIds, this.#sending.sendsPerSecond);
      if (turns.length === 0) return [];
      const open = await this.#rows.openBroadcasts(
        tx,
        turns.map((turn) => turn.account_id),
      );
      const callsLeft = await this.#rows.quotaLeft(tx, open, this.#sending.quotaResetHour);
      const accounts = this.#begin(turns, open, callsLeft);
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
    turns: readonly Lease[],
    allOpen: readonly OpenBroadcast[],
    callsLeft: CallsLeft,
  ): AccountLease[] {
    const openOf = Map.groupBy(allOpen, (broadcast) => broadcast.account_id);
    return turns.map((turn) => {
      const open = openOf.get(turn.account_id) ?? [];
      const achieved = this.#rates.look(
        turn.account_id,
        open,
        this.#meter.latencyMs(turn.account_id),
      );
      return new AccountLease({
        lease: turn,
        open,
        achieved,
        room: this.#room(turn, open, achieved),
        callsLeft: callsLeft.get(turn.account_id) ?? new Map<ChannelName, number>(),
      });
    });
  }

  #room(lease: Lease, open: readonly OpenBroadcast[], achieved: Achieved): number {
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
      for (const { broadcasts, most } of account.singles) {
        // A thousand of them cost one statement.
        const given = most > 0 ? await this.#rows.releaseSingles(tx, broadcasts, most) : [];
        account.servedSingles(broadcasts, given);
      }
    const room = queueCapacity(this.#rates.all, this.#slots.count);
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const demands = accounts.map(({ demand }) => demand);
      const queued = demands.reduce((sum, demand) => sum + demand.queued, 0);
      const grants = level(demands, room - queuedBeside(accounts) - queued);
      const orders = accounts.flatMap((account) =>
        account
          .orders(grants.get(account.accountId) ?? 0)
          .map((order) => ({ account, order, broadcastId: order.broadcast.id })),
      );
      if (orders.length === 0) return;
      const given = Map.groupBy(
        await this.#rows.release(
          tx,
          orders.map(({ order }) => order),
        ),
        ({ broadcastId }) => broadcastId,
      );
      let isShort = false;
      for (const { account, order, broadcastId } of orders) {
        const nudges = given.get(broadcastId) ?? [];
        account.served(order, nudges);
        isShort ||= nudges.length < order.most;
      }
      if (!isShort) return;
    }
  }
}

/** What accounts that are not in this round had queued after their last turns. */
function queuedBeside(accounts: readonly AccountLease[]): number {
  const own = accounts.reduce((sum, { facts }) => sum + facts.lease.queued, 0);
  return Math.max(0, (accounts[0]?.facts.lease.all_queued ?? 0) - own);
}

function spentOf({ lease: turn, open, callsLeft }: AccountLease['facts']): ChannelName[] {
  if (turn.stopped) return [];
  return [...callsLeft].flatMap(([channel, left]) => {
    const ofIt = open.filter((broadcast) => broadcast.channel === channel);
    return left === 0 && outstandingOf(ofIt) === 0 && ofIt.some(isWaiting) ? [channel] : [];
  });
}
