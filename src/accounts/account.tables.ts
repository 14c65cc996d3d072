import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AccountPolicy } from './account-policy.js';
import type { RefusedWhy } from './callback-state.js';
import type { AccountFault, AccountKind, CallbackMode, TokenMode } from './account.js';

export interface AccountTable {
  id: GeneratedAlways<number>;
  appid: string;
  kind: AccountKind;
  name: string;
  testAccount: Generated<boolean>;
  callbackMode: CallbackMode;
  tokenMode: TokenMode;
  externalTokenUrl: string | null;
  sendsPerSecond: number | null;
  dailyQuota: number | null;
  quotaReservePercent: Generated<number>;
  forwardUrl: string | null;
  shortName: Generated<string | null>;
  color: Generated<number | null>;
  labels: Generated<string[]>;
  apiBase: Generated<string | null>;
  sealedSecret: Buffer | null;
  sealedExternalTokenBearer: Buffer | null;
  sealedCallbackToken: Buffer;
  sealedCallbackTokenPrevious: Buffer | null;
  sealedEncodingAesKey: Buffer | null;
  sealedEncodingAesKeyPrevious: Buffer | null;
  heldAt: Date | null;
  fault: ColumnType<AccountFault | null, never, null>;
  faultAt: ColumnType<Date | null, never, null>;
  policy: ColumnType<AccountPolicy, string | undefined, string>;
  callbackSeenAt: ColumnType<Date | null, never, Date>;
  createdAt: Generated<Date>;
}

/** What came to an account's callback last. */
export interface AccountCallbackTable {
  accountId: number;
  handshakeAt: Date | null;
  pushAt: Date | null;
  refusedAt: Date | null;
  refusedWhy: RefusedWhy | null;
  freshAt: Date | null;
  unheardSince: Date | null;
  unheardMessages: Generated<number>;
}

/** Our own addresses as WeChat saw them. */
export interface EgressAddressTable {
  ip: string;
  seenAt: Date;
}

/** One sealed line that says whether our master key is the one this database was sealed under. */
export interface MasterKeyProofTable {
  id: number;
  sealed: Buffer;
}

export interface AccountTables {
  account: AccountTable;
  accountCallback: AccountCallbackTable;
  egressAddress: EgressAddressTable;
  masterKeyProof: MasterKeyProofTable;
}
