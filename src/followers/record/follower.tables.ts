import type { ColumnType } from 'kysely';
import type { SyncProblem } from './sync-problem.js';

export interface FollowerTable {
  accountId: number;
  openid: string;
  subscribed: boolean;
  /** The time for which `subscribed` holds. */
  asOf: Date;
  /** The latest subscribe event, whatever came after it. A walk does not tell it. */
  subscribedAt: Date | null;
}

/** Somebody to whom nothing is sent, follower or not. */
export interface SuppressionTable {
  accountId: number;
  openid: string;
  /** `blocked`: WeChat's receipt said so, until they subscribe again. `manual`: an operator added it. */
  reason: 'blocked' | 'manual';
  since: Date;
  note: string | null;
}

/** The last walk of an account's follower list. */
export interface FollowerSyncTable {
  accountId: number;
  /** Counts the walks, so that a late worker of an earlier walk changes nothing. */
  walk: number;
  state: 'running' | 'done' | 'failed';
  /** Of a running walk: reading WeChat's pages, comparing them with what we had, parting with who is gone. */
  step: 'reading' | 'comparing' | 'parting';
  /** `next_openid` of the last stored page; null before the first. */
  cursor: string | null;
  beganAt: Date;
  /** The walk's result holds as of this time, shortly before it began; newer events win. */
  asOf: Date;
  /** The last sign of life of a worker, or the last nudge. */
  aliveAt: Date;
  /** When a worker took the walk; null while none has. */
  takenAt: Date | null;
  finishedAt: Date | null;
  seen: number;
  /** Openids that do not look like any, and were left out. */
  skipped: number;
  total: number | null;
  problem: ColumnType<SyncProblem | null, string | null, string | null>;
  confirmedAsOf: Date | null;
  /** How many the last complete walk saw. */
  confirmedTotal: number | null;
}

/** A lot of followers whom a complete walk has not seen. */
export interface FollowerPartingTable {
  accountId: number;
  firstOpenid: string;
  openids: string[];
}

export interface FollowerTables {
  follower: FollowerTable;
  followerSync: FollowerSyncTable;
  followerParting: FollowerPartingTable;
  suppression: SuppressionTable;
}
