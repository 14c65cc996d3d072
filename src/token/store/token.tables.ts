import type { ColumnType } from 'kysely';
import type { TokenMode } from '../../accounts/account.js';
import type { TokenRecordJson } from './token-record.js';

export interface AccessTokenTable {
  appid: string;
  mode: TokenMode;
  record: ColumnType<TokenRecordJson | null, string, string>;
  writtenAt: Date | null;
  leaseOwner: string | null;
  leaseUntil: Date | null;
}

export interface TokenTables {
  accessToken: AccessTokenTable;
}
