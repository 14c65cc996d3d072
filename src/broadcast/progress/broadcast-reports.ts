import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { MessageChannels } from '../../channels/message-channels.js';
import { SendingConfig } from '../../config/config.js';
import type { MessageChannel } from '../../wechat/message-channel.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { DeliveryState } from '../engine/record/states.js';
// Read before the paces: the compiler names the values of `limitedBy` in the order in which it meets them.
import { readReports, type ReportedHold, type ReportRow, type Tally } from './report-query.js';
import { type KnownAccount, type PacedAccount, PacedAccounts } from './paced-accounts.js';
import {
  allowedPerSecond,
  etaSeconds,
  limitedBy,
  type LimitedBy,
  openOf,
  type ProgressFacts,
  sentOf,
  totalOf,
} from './progress.js';
import { type QuotaFit, quotaFit } from './quota-fit.js';
import { type SendRate, SendRates } from './send-rates.js';
import type { Shown } from './shown/shown.js';
import { toShown } from './shown/shown-sql.js';

/** All that the API says about one broadcast: its row, what holds it, and how far it is. */
export interface BroadcastReport {
  readonly broadcast: BroadcastRow;
  readonly account: KnownAccount;
  readonly appid: string;
  readonly shown: Shown;
  /** No worker has taken it up for ten seconds. */
  readonly untaken: boolean;
  /** What protects from a second copy, in the channel that sends it. */
  readonly protection: MessageChannel<Account>['protection'];
  readonly holds: readonly ReportedHold[];
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly errors: readonly { readonly errcode: number; readonly count: number }[];
  readonly tallies: readonly Tally[];
  readonly ratePerSecond: number;
  readonly allowedPerSecond: number;
  readonly limitedBy: LimitedBy | null;
  readonly etaSeconds: number | null;
  /** Null once it has ended, and where neither WeChat nor the operator has named a limit. */
  readonly quota: QuotaFit | null;
}

/**
 * How many receipts are awaited. After a day we give up those that have not come; a message under review is awaited
 * until WeChat has decided.
 */
export const receiptsOpen = ({ broadcast, counts }: BroadcastReport): number =>
  counts.reviewing + (broadcast.receiptsClosedAt === null ? counts.accepted : 0);

/**
 * Read model of broadcasts, for the API and the console. One statement reads any number of them, so that state, holds
 * and counts are of one moment; it reads counters, never deliveries.
 */
@Injectable()
export class BroadcastReports {
  readonly #db: Kysely<BroadcastTables>;
  readonly #accounts: PacedAccounts;
  readonly #rates: SendRates;
  readonly #sending: SendingConfig;
  readonly #channels: MessageChannels;

  constructor(
    db: Kysely<BroadcastTables>,
    accounts: PacedAccounts,
    rates: SendRates,
    sending: SendingConfig,
    channels: MessageChannels,
  ) {
    this.#db = db;
    this.#accounts = accounts;
    this.#rates = rates;
    this.#sending = sending;
    this.#channels = channels;
  }

  async findReport(id: string): Promise<BroadcastReport | undefined> {
    const [report] = await this.of([id]);
    return report;
  }

  async requireReport(id: string): Promise<BroadcastReport> {
    const report = await this.findReport(id);
    if (report === undefined) throw broadcastNotFound(id);
    return report;
  }

  /** In the order of the ids given; an unknown one is left out. */
  async of(ids: readonly string[]): Promise<BroadcastReport[]> {
    if (ids.length === 0) return [];
    const found = new Map((await readReports(this.#db, ids)).map((row) => [row.id, row]));
    const accounts = await this.#accounts.of([...found.values()]);
    return ids.flatMap((id) => {
      const row = found.get(id);
      const paced = row && accounts.get(row.accountId);
      return paced ? [this.#report(row, paced)] : [];
    });
  }

  #report(row: ReportRow, { account, pacing: { pace, quotas } }: PacedAccount): BroadcastReport {
    const quota = quotas.get(row.channel);
    const {
      secondsRunning: _,
      shown: __,
      untaken,
      counts,
      errors,
      holds,
      tallies,
      ...broadcast
    } = row;
    const achieved = this.#achieved(row, sentOf(counts));
    const facts: ProgressFacts = {
      state: row.state,
      heldBy: holds.map(({ reason }) => reason),
      accountStopped: account.heldAt !== null || account.fault !== null,
      pace,
      cap: account.sendsPerSecond ?? this.#sending.sendsPerSecond,
      ownCap: row.sendsPerSecond,
      expanded: row.expandedAt !== null,
      audienceSize: audienceSize(row, counts),
      counts,
      achievedPerSecond: achieved.perSecond,
      measuredSeconds: achieved.seconds,
    };
    return {
      broadcast,
      account,
      appid: account.appid,
      shown: this.#shown(row),
      untaken,
      protection: this.#channels.of(row.channel).protection,
      holds,
      counts,
      errors,
      tallies,
      ratePerSecond: tenths(facts.achievedPerSecond),
      allowedPerSecond: tenths(allowedPerSecond(facts)),
      limitedBy: limitedBy(facts),
      etaSeconds: etaSeconds(facts),
      quota: quota && row.closedAt === null ? quotaFit(quota, openOf(counts)) : null,
    };
  }

  /** Receipts are awaited for so many hours from the end on. */
  #shown({ shown, endedAt }: ReportRow): Shown {
    if (shown.state !== 'awaiting_receipts' || endedAt === null) return toShown(shown);
    const until = new Date(endedAt.getTime() + this.#sending.receiptHours * 3_600_000);
    return toShown({ ...shown, until });
  }

  /** The rate of the last seconds; at the first request to this process, the rate since the start. */
  #achieved({ id, state, secondsRunning }: ReportRow, sent: number): SendRate {
    if (state !== 'running' || secondsRunning <= 0) return { perSecond: 0, seconds: 0 };
    const sinceStart = { perSecond: sent / secondsRunning, seconds: secondsRunning };
    return this.#rates.observe(id, sent, performance.now()) ?? sinceStart;
  }
}

const audienceSize = (row: BroadcastRow, counts: Record<DeliveryState, number>): number | null => {
  if (row.expandedAt !== null) return totalOf(counts);
  return row.audience.kind === 'openids' ? row.audience.count : null;
};

const tenths = (rate: number): number => Math.round(rate * 10) / 10;
