import type { TokenMode } from '../../accounts/account.js';
import type { Appid } from '../../kernel/ids.js';
import type { TokenRecord } from './token-record.js';

/** The mode is part of the key: a token that was got in one mode does not serve another. */
export interface TokenKey {
  readonly appid: Appid;
  readonly mode: TokenMode;
}

export interface TokenReading {
  readonly record: TokenRecord | undefined;
  /** A process is refreshing the token right now. */
  readonly leased: boolean;
}

/**
 * The right to refresh, of one process at a time. `at` is the store's time of the grant and orders the
 * records, because the clocks of processes differ.
 */
export interface Lease {
  readonly owner: string;
  readonly at: Date;
}

/** Where all processes share the record of a token, and the lease beside it. */
export abstract class TokenStore {
  /** Reads both at one instant: a reading without a lease has the record that was written under it. */
  abstract read(key: TokenKey): Promise<TokenReading>;

  /** In the order of the keys, to show to people; undefined where there is no record. */
  abstract records(keys: readonly TokenKey[]): Promise<(TokenRecord | undefined)[]>;

  /** Undefined while another owner's lease runs. An owner who asks again prolongs their own. */
  abstract acquire(key: TokenKey, owner: string, forMs: number): Promise<Lease | undefined>;

  /** False, and nothing is written, if the lease is no longer its owner's or a later one has written. */
  abstract write(key: TokenKey, lease: Lease, record: TokenRecord): Promise<boolean>;

  /** Harmless if the lease is no longer the owner's. */
  abstract release(key: TokenKey, owner: string): Promise<void>;

  /** Removes the record and the lease, for an account whose tokens mean nothing any more. */
  abstract forget(key: TokenKey): Promise<void>;
}
