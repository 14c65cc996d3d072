import type { ColumnType } from 'kysely';
import type { SyncProblem } from '../record/sync-problem.js';

export interface TagTable {
  accountId: number;
  /** WeChat's. */
  tagId: number;
  name: string;
  /** As WeChat counted when its list of tags was read last. */
  count: number;
  /** How many have it here; null until they were read. */
  members: number | null;
  /** The time for which its rows in `follower_tag` hold; null until they were read to the end once. */
  asOf: Date | null;
  /** When it was listed first, or we changed it: an older list says nothing about it. */
  changedAt: Date;
  /** WeChat has it no more; its rows are being removed. */
  goneAt: Date | null;
}

export interface FollowerTagTable {
  accountId: number;
  tagId: number;
  openid: string;
}

/** Who was tagged or untagged by us, the last time. */
export interface TagChangeTable extends FollowerTagTable {
  tagged: boolean;
  at: Date;
}

/** The last walk of an account's tags. */
export interface TagSyncTable {
  accountId: number;
  /** Counts the walks, so that a late worker of an earlier walk changes nothing. */
  walk: number;
  state: 'running' | 'done' | 'failed';
  /** Reading the list of tags; then of each tag: reading pages, comparing them with what we had, parting with who is gone. */
  step: 'listing' | 'reading' | 'comparing' | 'parting';
  /** The tag that the walk is at; null before the first. */
  tagId: number | null;
  /** When the walk came to this tag: what it finds holds as of then. */
  tagAsOf: Date | null;
  cursor: string | null;
  beganAt: Date;
  aliveAt: Date;
  takenAt: Date | null;
  finishedAt: Date | null;
  /** Tags that WeChat has listed, and those of them that were read to the end. */
  listed: number;
  read: number;
  /** Openids that were read, those of several tags several times. */
  seen: number;
  skipped: number;
  problem: ColumnType<SyncProblem | null, string | null, string | null>;
  /** When the last complete walk began. */
  confirmedAsOf: Date | null;
}

export interface TagPartingTable {
  accountId: number;
  firstOpenid: string;
  openids: string[];
}

/** A list of people who are given or lose a tag. */
export interface TaggingTable {
  id: string;
  accountId: number;
  tagId: number;
  verb: 'tag' | 'untag';
  state: 'running' | 'done' | 'failed';
  total: number;
  done: number;
  failed: number;
  createdAt: Date;
  /** The last sign of life of a worker, or the last nudge. */
  aliveAt: Date;
  takenAt: Date | null;
  finishedAt: Date | null;
  problem: ColumnType<SyncProblem | null, string | null, string | null>;
}

/** The part of a list that is told to WeChat in one call, until that is done. */
export interface TaggingLotTable {
  taggingId: string;
  lot: number;
  openids: string[];
}

export interface TaggingFailureTable {
  taggingId: string;
  openid: string;
  problem: ColumnType<SyncProblem, string, string>;
}

export interface TagTables {
  tagging: TaggingTable;
  taggingLot: TaggingLotTable;
  taggingFailure: TaggingFailureTable;
  tag: TagTable;
  followerTag: FollowerTagTable;
  tagChange: TagChangeTable;
  tagSync: TagSyncTable;
  tagParting: TagPartingTable;
}
