import type { SelectQueryBuilder } from 'kysely';
import type { Account } from './account.js';
import type { AccountTable, AccountTables } from './account.tables.js';
import { FAULT_IN_WORDS } from './spoken-fault.js';

export const COLUMNS = [
  'id',
  'appid',
  'kind',
  'name',
  'testAccount',
  'callbackMode',
  'tokenMode',
  'externalTokenUrl',
  'sendsPerSecond',
  'dailyQuota',
  'quotaReservePercent',
  'forwardUrl',
  'shortName',
  'color',
  'labels',
  'apiBase',
  'heldAt',
  'policy',
  'callbackSeenAt',
  'createdAt',
] as const;

const SEALED_COLUMNS = [
  'sealedSecret',
  'sealedExternalTokenBearer',
  'sealedCallbackToken',
  'sealedCallbackTokenPrevious',
  'sealedEncodingAesKey',
  'sealedEncodingAesKeyPrevious',
] as const;

/** An account's secrets as the database has them; `AccountSealing` opens them. */
export type SealedSecrets = Pick<AccountTable, (typeof SEALED_COLUMNS)[number]>;
export type SealedAccount = Account & SealedSecrets;

/** Selects accounts with their sealed secrets. */
export const sealed = (accounts: SelectQueryBuilder<AccountTables, 'account', object>) =>
  accounts
    .select(COLUMNS)
    .select(FAULT_IN_WORDS.as('fault'))
    .select(SEALED_COLUMNS)
    .$castTo<SealedAccount>();
