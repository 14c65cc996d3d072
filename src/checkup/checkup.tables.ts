import type { JSONColumnType } from 'kysely';
import type { Tries } from './tries.js';

export interface AccountCheckTable {
  accountId: number;
  run: number;
  startedAt: Date;
  finishedAt: Date | null;
  tries: JSONColumnType<Tries>;
}

export interface CheckupTables {
  accountCheck: AccountCheckTable;
}
