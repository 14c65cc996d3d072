import type { ColumnType } from 'kysely';
import type { SyncProblem } from './sync-problem.js';

export interface FollowerTable {
  accountId: number;
  openid: string;
  subscribed: boolean;
  /** The instant for which `subscribed` is known. */
  asOf: Date;
  /** The latest subscribe event, whatever came after it; a walk tells none. */
  subscribedAt: Date | null;
}

/** Somebody to whom nothing is sent, follower or not. */
export interface SuppressionTable {
  accountId: number;
  openid: string;
  /** `blocked`: WeChat's receipt said so; it ends when they subscribe anew. `manual`: an operator wrote it down. */
  reason: 'blocked' | 'manual';
  since: Date;
  note: string | null;
}

/** The last walk of an account's follower list. */
export interface FollowerSyncTable {
  accountId: number;
  /** Counts the walks; a late worker of an earlier one changes nothing. */
  walk: number;
  state: 'running' | 'done' | 'failed';
  /** Of a running walk: reading WeChat's pages, comparing them with what we had, parting with who is gone. */
  step: 'reading' | 'comparing' | 'parting';
  /** `next_openid` of the last stored page; null before the first. */
  cursor: string | null;
  beganAt: Date;
  /** What the walk finds out holds as of this instant, shortly before it began; newer events win. */
  asOf: Date;
  /** The last sign of a worker, or the last nudge. */
  aliveAt: Date;
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

/** Up to some thousands of those whom a complete walk has not seen. */
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
