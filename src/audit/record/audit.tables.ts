import type { ColumnType } from 'kysely';
import type { Actor } from '../../kernel/acting.js';

/** Members that differ, by their path as in `message.fields.thing1`. */
export type Shown = Readonly<Record<string, unknown>>;

export interface AuditEntryTable {
  /** A UUIDv7 of `at`: the table is partitioned by month on it. */
  id: string;
  at: Date;
  actorKind: Actor['kind'];
  /** Of an operator or of an API key. */
  actorId: number | null;
  actorName: string;
  ip: string | null;
  action: string;
  targetKind: string;
  targetId: string;
  /** Neither refers to the account's row: entries outlive it. */
  accountId: number | null;
  appid: string | null;
  before: ColumnType<Shown | null, string | null>;
  after: ColumnType<Shown | null, string | null>;
  /** Whether values were shortened or left out for their length. */
  cut: boolean;
  requestId: string | null;
  reason: string | null;
}
