import type { ColumnType, Generated } from 'kysely';
import type { ChannelName } from '../wechat/message-channel.js';
import type { BackoffReason } from './pace-row.js';

interface PaceTable {
  accountId: number;
  /** Messages a second. */
  rate: number;
  rateChangedAt: Date;
  tokens: Generated<number>;
  refilledAt: Date;
  pausedUntil: Date | null;
  fellAt: Date | null;
  trouble: BackoffReason | null;
  singleFile: Generated<boolean>;
}

interface ReleaseTurnTable {
  accountId: number;
  credit: Generated<number>;
  releasedAt: Date;
}

/** bigint, text on its way out. */
type Calls = ColumnType<string, string | number | undefined, string | number>;

interface QuotaLimitTable {
  accountId: number;
  channel: ChannelName;
  dailyLimit: Calls;
  learnedAt: Date;
}

interface QuotaDayTable {
  accountId: number;
  channel: ChannelName;
  /** `2026-11-21` */
  day: string;
  ours: Calls;
  others: Calls;
  /** How many of `ours` were before the last clearing of the day. */
  cleared: Calls;
  spentAt: Date | null;
}

interface PathQuotaTable {
  accountId: number;
  path: string;
  askedAt: Date;
  dailyLimit: Calls | null;
  used: Calls | null;
  errcode: number | null;
}

interface QuotaClearingTable {
  accountId: number;
  askedAt: Date;
  clearedAt: Date | null;
  /** The first day of a month, `2026-11-01`. */
  month: string | null;
  used: Generated<number>;
}

export interface PacingTables {
  pace: PaceTable;
  releaseTurn: ReleaseTurnTable;
  quotaLimit: QuotaLimitTable;
  quotaDay: QuotaDayTable;
  pathQuota: PathQuotaTable;
  quotaClearing: QuotaClearingTable;
}
