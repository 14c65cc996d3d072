import type { FetchedToken } from './source/external-token.js';
import { EXTERNAL_REJECTED, REJECTED_FOR_GOOD, STORM } from './source/token-faults.js';
import {
  isConfirmed,
  isStorm,
  mayForceAt,
  type TokenRecord,
  withForce,
  withRenewal,
} from './store/token-record.js';
import { FaultFound, NotBefore, TokenUnavailable } from './store/token.errors.js';
import type { Lease, TokenKey, TokenStore } from './store/token.store.js';

/** Longer than one call of a token endpoint takes; the lease is renewed before each call. */
export const LEASE_MS = 20_000;

const STORM_REST_MS = 10 * 60_000;
/** Longest wait for the next force refresh; beyond it the account has a fault, for a person to mend. */
const PATIENCE_MS = 60_000;

/** What a caller has seen WeChat reject: a token, and whether again after WeChat called it the valid one. */
export interface Rejection {
  readonly text: string;
  readonly twice: boolean;
}

/** The calls of one refresh, under one lease. A call that WeChat limits is written down before it is made. */
export class RefreshRound {
  readonly #store: TokenStore;
  readonly #key: TokenKey;
  readonly #call: (how: { force: boolean }) => Promise<FetchedToken>;

  constructor(
    store: TokenStore,
    key: TokenKey,
    call: (how: { force: boolean }) => Promise<FetchedToken>,
    /** As of the last call. */
    public lease: Lease,
    public record: TokenRecord,
  ) {
    this.#store = store;
    this.#key = key;
    this.#call = call;
  }

  /**
   * A token other than the rejected one; or the rejected one once more where WeChat says that it is valid, because
   * its nodes may disagree for a moment, and a force refresh takes the token away from everyone who uses it.
   */
  async fetch(rejection: Rejection | undefined): Promise<FetchedToken> {
    if (rejection === undefined) return await this.#ask();
    const { text, twice } = rejection;
    // WeChat is not asked again about a token that it has confirmed; force refreshes have limits of their own.
    if (!twice || !isConfirmed(this.record, this.lease.at)) {
      if (isStorm(this.record, this.lease.at)) throw new FaultFound(STORM, STORM_REST_MS);
      await this.#note(withRenewal(this.record, this.lease.at));
      const token = await this.#ask();
      if (token.accessToken !== text) return token;
      if (this.#key.mode === 'external') throw new FaultFound(EXTERNAL_REJECTED);
      this.record = { ...this.record, confirmedAt: this.lease.at };
      if (!twice) return token;
    }
    if (this.#key.mode !== 'stable') throw new FaultFound(REJECTED_FOR_GOOD);
    return await this.#force(text);
  }

  async #force(rejected: string): Promise<FetchedToken> {
    const { at: now } = this.lease;
    const at = mayForceAt(this.record, now);
    if (at.getTime() - now.getTime() > PATIENCE_MS) throw new FaultFound(REJECTED_FOR_GOOD);
    if (at > now) throw new NotBefore(at, 'the next force refresh must wait');
    await this.#note(withForce(this.record, now));
    const forced = await this.#ask({ force: true });
    if (forced.accessToken !== rejected) return forced;
    throw new NotBefore(mayForceAt(this.record, now), 'a force refresh gave the same token');
  }

  async #ask(how = { force: false }): Promise<FetchedToken> {
    const lease = await this.#store.acquire(this.#key, this.lease.owner, LEASE_MS);
    if (lease === undefined) throw this.#overtaken();
    this.lease = lease;
    return await this.#call(how);
  }

  async #note(record: TokenRecord): Promise<void> {
    if (!(await this.#store.write(this.#key, this.lease, record))) throw this.#overtaken();
    this.record = record;
  }

  #overtaken(): TokenUnavailable {
    return new TokenUnavailable(this.#key.appid, 'another process has taken over the refresh');
  }
}
