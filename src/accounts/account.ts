import type { AccountPolicy } from './account-policy.js';
import type { Params } from '../kernel/bilingual.js';
import type { Appid } from '../kernel/ids.js';

export type AccountKind = 'service' | 'mini_program';
export type CallbackMode = 'plain' | 'compatible' | 'safe';
/** Where the access token comes from: WeChat's `stable_token` or `token`, or an address of the operator's. */
export type TokenMode = 'stable' | 'plain' | 'external';

/** A service account or mini program, without its secrets. */
export interface Account {
  readonly id: number;
  readonly appid: Appid;
  readonly kind: AccountKind;
  readonly name: string;
  /** WeChat's 测试号: free names for fields, and no check of their values. */
  readonly testAccount: boolean;
  readonly callbackMode: CallbackMode;
  readonly tokenMode: TokenMode;
  readonly externalTokenUrl: string | null;
  /** The account's cap; null takes the installation's. */
  readonly sendsPerSecond: number | null;
  readonly dailyQuota: number | null;
  /** Percent of the daily quota that is left to other systems of the same account. */
  readonly quotaReservePercent: number;
  readonly forwardUrl: string | null;
  /** At most four characters, for narrow places. */
  readonly shortName: string | null;
  /** One of eight, 0 to 7; null leaves it to the appid. */
  readonly color: number | null;
  readonly labels: readonly string[];
  /** Where WeChat's API is for this account: null is the installation's, and only a sandbox has another. */
  readonly apiBase: string | null;
  /** Set while a person has stopped everything of this account. */
  readonly heldAt: Date | null;
  readonly fault: AccountFault | null;
  readonly policy: AccountPolicy;
  readonly callbackSeenAt: Date | null;
  readonly createdAt: Date;
}

/** Why nothing of an account can be sent until a person has put something right. */
export interface AccountFault {
  readonly code: string;
  readonly errcode: number | null;
  /** WeChat's id of the refused request. */
  readonly rid: string | null;
  /** What the words are about, by name: WeChat's errcode, our address. */
  readonly params: Params;
  /** What it is and what to do about it. */
  readonly zh: string;
  readonly en: string;
  /** Both languages in one, for scripts. */
  readonly message: string;
  /** Our address as WeChat saw it, where the whitelist is the fault. */
  readonly ip?: string;
  /** ISO 8601. */
  readonly since: string;
}

export const ACCOUNT_KINDS = ['service', 'mini_program'] as const satisfies readonly AccountKind[];
export const CALLBACK_MODES = [
  'plain',
  'compatible',
  'safe',
] as const satisfies readonly CallbackMode[];
export const TOKEN_MODES = ['stable', 'plain', 'external'] as const satisfies readonly TokenMode[];
