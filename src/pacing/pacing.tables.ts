import type { ColumnType, Generated } from 'kysely';
import type { Trouble } from './trouble.js';

interface PaceTable {
  accountId: number;
  /** Messages a second. */
  rate: number;
  rateChangedAt: Date;
  tokens: Generated<number>;
  refilledAt: Date;
  pausedUntil: Date | null;
  fellAt: Date | null;
  trouble: Trouble | null;
  singleFile: Generated<boolean>;
  /** bigint, text on its way out. */
  dailyLimit: ColumnType<string | null, string | number | null | undefined, string | number>;
  quotaLearnedAt: Date | null;
}

interface ReleaseTurnTable {
  accountId: number;
  credit: Generated<number>;
  releasedAt: Date;
}

type Calls = ColumnType<string, string | number | undefined, string | number>;

interface QuotaDayTable {
  accountId: number;
  /** `2026-11-21` */
  day: string;
  ours: Calls;
  others: Calls;
  spentAt: Date | null;
}

export interface PacingTables {
  pace: PaceTable;
  releaseTurn: ReleaseTurnTable;
  quotaDay: QuotaDayTable;
}
