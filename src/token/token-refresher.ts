import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { Sealer } from '../accounts/seal.js';
import { Clock } from '../kernel/clock.js';
import { LEASE_MS, RefreshRound, type Rejection } from './refresh-round.js';
import {
  isAlive,
  isFresh,
  isJustConfirmed,
  NO_RECORD,
  type SealedToken,
  type TokenRecord,
} from './store/token-record.js';
import { TokenBackoff } from './token-backoff.js';
import { TokenUnavailable } from './store/token.errors.js';
import { TokenSource, type Credential } from './source/token.source.js';
import { type Lease, type TokenKey, TokenStore } from './store/token.store.js';

/** An access token in the clear. */
export interface OpenToken {
  readonly text: string;
  readonly expiresAt: Date;
  /** False for a token near its end, which is used only until its successor is there. */
  readonly fresh: boolean;
}

/** Whose token is needed, and which token was rejected. */
interface Need {
  readonly account: Account;
  readonly key: TokenKey;
  readonly rejection: Rejection | undefined;
}

/**
 * Gets tokens for all processes: from the shared store, or, when the store has none, from WeChat by one process at a
 * time. A process that finds another one at it waits and reads the store again; it does not call WeChat itself.
 */
@Injectable()
export class TokenRefresher {
  readonly #logger = new Logger(TokenRefresher.name);
  readonly #store: TokenStore;
  readonly #source: TokenSource;
  readonly #backoff: TokenBackoff;
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor(
    store: TokenStore,
    source: TokenSource,
    backoff: TokenBackoff,
    sealer: Sealer,
    clock: Clock,
  ) {
    this.#store = store;
    this.#source = source;
    this.#backoff = backoff;
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** Throws AccountFaulted or TokenUnavailable, and nothing else. */
  async obtain(account: Account, rejection?: Rejection): Promise<OpenToken> {
    const key = keyOf(account);
    try {
      return await this.#shared({ account, key, rejection });
    } catch (error) {
      throw await this.#backoff.toTokenError(account, error);
    }
  }

  /** For the health of accounts, by id; missing where the store has no token, or does not answer. */
  async livesOf(accounts: readonly Account[]): Promise<Map<number, Omit<SealedToken, 'sealed'>>> {
    const records = await this.#store.records(accounts.map(keyOf)).catch(() => []);
    return new Map(
      accounts.flatMap(({ id }, at) => {
        const token = records[at]?.token;
        if (!token) return [];
        return [[id, { expiresAt: token.expiresAt, fetchedAt: token.fetchedAt }] as const];
      }),
    );
  }

  async #shared(need: Need): Promise<OpenToken> {
    const { record } = await this.#store.read(need.key);
    const known = this.#useful(need, record);
    if (known?.fresh === true) return known;
    try {
      return (await this.#refresh(need, record)) ?? known ?? (await this.#fromOther(need));
    } catch (err) {
      if (known === undefined) throw err;
      this.#logger.warn(
        { ...need.key, err },
        'no newer access token can be had: the old one is used up to its end',
      );
      return known;
    }
  }

  /** Undefined while another process is at it. */
  async #refresh(need: Need, record?: TokenRecord): Promise<OpenToken | undefined> {
    await this.#backoff.throwIfWaiting(need.account, record);
    const credential = await this.#source.credentialOf(need.account);
    const lease = await this.#store.acquire(need.key, randomUUID(), LEASE_MS);
    if (lease === undefined) return undefined;
    try {
      return await this.#underLease(need, credential, lease);
    } finally {
      // A lease that cannot be given back ends by itself.
      await this.#store.release(need.key, lease.owner).catch((err: unknown) => {
        this.#logger.warn(
          { ...need.key, err },
          'a lease was not given back: it runs out by itself',
        );
      });
    }
  }

  async #underLease(need: Need, credential: Credential, lease: Lease): Promise<OpenToken> {
    const { account, key, rejection } = need;
    // Another process may have finished between our reading and our lease.
    const { record = NO_RECORD } = await this.#store.read(key);
    const known = this.#useful(need, record);
    if (known?.fresh === true) return known;
    await this.#backoff.throwIfWaiting(account, record);

    const call = (how: { force: boolean }) => this.#source.fetch(account, credential, how);
    const round = new RefreshRound(this.#store, key, call, lease, record);
    try {
      const { accessToken, expiresInMs } = await round.fetch(rejection);
      return await this.#keep(need, round, accessToken, expiresInMs);
    } catch (error) {
      if (!(error instanceof TokenUnavailable)) {
        const setback = await this.#backoff.setbackFrom(account, error, credential);
        await this.#store.write(key, round.lease, { ...round.record, setback }).catch(() => false);
      }
      throw error;
    }
  }

  async #keep(
    need: Need,
    { lease, record }: RefreshRound,
    text: string,
    expiresInMs: number,
  ): Promise<OpenToken> {
    const { key, account, rejection } = need;
    const confirmedAt = text === rejection?.text ? record.confirmedAt : null;
    const token: SealedToken = {
      sealed: this.#sealer.seal(text, contextOf(key)),
      // Counted from the lease, which is older than the call: the token lives a little longer than this.
      expiresAt: new Date(lease.at.getTime() + expiresInMs),
      fetchedAt: lease.at,
    };
    const kept = await this.#store
      .write(key, lease, { ...record, token, confirmedAt, setback: null })
      .catch((err: unknown) =>
        this.#logger.warn({ ...key, err }, 'a new access token could not be stored'),
      );
    await this.#backoff.clearFault(account);
    this.#logger.log({ ...key, expiresAt: token.expiresAt }, 'access token renewed');
    // Our write came too late, and of plain tokens the later one is the valid one.
    const later = kept === false ? await this.#store.read(key).catch(() => undefined) : undefined;
    return this.#useful(need, later?.record) ?? { text, expiresAt: token.expiresAt, fresh: true };
  }

  async #fromOther(need: Need): Promise<OpenToken> {
    const { account, key } = need;
    const until = performance.now() + LEASE_MS;
    while (performance.now() < until) {
      await sleep(50 + Math.random() * 100);
      const { record, leased } = await this.#store.read(key);
      const token = this.#useful(need, record);
      if (token !== undefined) return token;
      if (leased) continue;
      await this.#backoff.throwIfWaiting(account, record);
      throw new TokenUnavailable(account.appid, 'the refresh under way has ended without one');
    }
    throw new TokenUnavailable(account.appid, 'the refresh under way takes too long');
  }

  async forget(account: Account): Promise<void> {
    await this.#store.forget(keyOf(account));
  }

  #useful({ key, rejection }: Need, record = NO_RECORD): OpenToken | undefined {
    const { token } = record;
    const now = this.#clock.now();
    if (token === null || !isAlive(token, now)) return undefined;
    const text = this.#open(key, token);
    if (text === undefined) return undefined;
    if (text === rejection?.text && (rejection.twice || !isJustConfirmed(record, now)))
      return undefined;
    return { text, expiresAt: token.expiresAt, fresh: isFresh(token, key.mode, now) };
  }

  #open(key: TokenKey, { sealed }: SealedToken): string | undefined {
    try {
      return this.#sealer.open(sealed, contextOf(key));
    } catch (err) {
      this.#logger.warn(
        { ...key, err },
        'the stored access token does not open: another is fetched',
      );
      return undefined;
    }
  }
}

const keyOf = ({ appid, tokenMode }: Account): TokenKey => ({ appid, mode: tokenMode });

const contextOf = ({ appid, mode }: TokenKey): string => `token:${mode}:${appid}`;
