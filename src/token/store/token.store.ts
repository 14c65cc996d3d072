import type { TokenMode } from '../../accounts/account.js';
import type { Appid } from '../../kernel/ids.js';
import type { TokenRecord } from './token-record.js';

/** A token of one kind is no use as another: the mode is part of the key. */
export interface TokenKey {
  readonly appid: Appid;
  readonly mode: TokenMode;
}

export interface TokenReading {
  readonly record: TokenRecord | undefined;
  /** Somebody is refreshing it right now. */
  readonly leased: boolean;
}

/**
 * The right to refresh, of one process at a time. `at` is the store's time of the grant, by which the order of
 * records is told: the processes' own clocks differ.
 */
export interface Lease {
  readonly owner: string;
  readonly at: Date;
}

/** Where all processes share the record of a token, and the lease beside it. */
export abstract class TokenStore {
  /** At one instant: a record that was written before a lease ended is in the reading that misses the lease. */
  abstract read(key: TokenKey): Promise<TokenReading>;

  /** In the order of the keys, each for people to look at; undefined where there is none. */
  abstract records(keys: readonly TokenKey[]): Promise<(TokenRecord | undefined)[]>;

  /** Undefined while another owner's lease runs. An owner who asks again prolongs their own. */
  abstract acquire(key: TokenKey, owner: string, forMs: number): Promise<Lease | undefined>;

  /** False, and nothing is written, if the lease is no longer its owner's or a later one has written. */
  abstract write(key: TokenKey, lease: Lease, record: TokenRecord): Promise<boolean>;

  /** Harmless if the lease is no longer the owner's. */
  abstract release(key: TokenKey, owner: string): Promise<void>;
}
