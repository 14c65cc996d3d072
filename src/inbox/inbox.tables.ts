import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export interface DeadPushTable {
  id: GeneratedAlways<string>;
  accountId: number | null;
  appid: string;
  receivedAt: Date;
  buriedAt: Generated<Date>;
  reason: string;
  digest: ColumnType<Buffer, Buffer, never>;
  /** Of the whole content; what is kept may be cut. */
  bytes: number;
  content: string;
}

export interface InboxTables {
  deadPush: DeadPushTable;
}
