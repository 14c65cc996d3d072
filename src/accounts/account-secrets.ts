import { Injectable, Logger } from '@nestjs/common';
import { sameOrigin } from './account-bearer.js';
import { both } from '../kernel/bilingual.js';
import { DomainError } from '../kernel/domain-error.js';
import { withTimeout } from '../kernel/with-timeout.js';
import type { CallbackMode } from './account.js';
import { accountGone } from './account-gone.js';
import { AccountSealing } from './account-sealing.js';
import { AccountRepository, type ShownFresh } from './account.repository.js';
import type { SealedAccount } from './sealed-account.js';
import { Sealer } from './seal.js';

/** The keys that check and decrypt the pushes for an account. */
export interface CallbackKeys {
  readonly accountId: number;
  readonly appid: string;
  readonly mode: CallbackMode;
  /** The current one first, then the previous one while it has not been removed. */
  readonly tokens: string[];
  readonly aesKeys: string[];
  readonly forwardUrl: string | null;
  /** The account has had signatures of the very moment, so we refuse old ones. */
  readonly hasShownFresh: boolean;
}

/** From this age on, a call renews the copy without waiting for it. */
const RENEW_AFTER_MS = 15_000;
/** While the database answers, no caller gets an older copy. */
const FRESH_FOR_MS = 30_000;
/** No copy is renewed sooner: this bounds what forged pushes and those for unknown accounts cost the database. */
const MIN_AGE_MS = 1_000;
/** A push must be answered within 5 s: we wait no longer than this for a database that hangs. */
const PATIENCE_MS = 1_000;
const BACK_OFF_MS = 5_000;

/** The only way to an account's secrets in the clear. */
@Injectable()
export class AccountSecrets {
  readonly #logger = new Logger(AccountSecrets.name);
  /** All accounts at once, because they are few: one statement, and no sender of pushes can bypass the cache. */
  #keys: ReadonlyMap<string, CallbackKeys> | undefined;
  #loadedAt = -Infinity;
  #failedAt = -Infinity;
  #loading: Promise<void> | undefined;
  #changes = 0;
  readonly #accounts: AccountRepository;
  readonly #sealer: Sealer;

  constructor(accounts: AccountRepository, sealer: Sealer) {
    this.#accounts = accounts;
    this.#sealer = sealer;
  }

  /** The secret for WeChat's token endpoint, as the database has it now. */
  async secretOf(accountId: number): Promise<string> {
    const account = await this.#require(accountId);
    if (account.sealedSecret === null) {
      throw new DomainError(
        'conflict',
        'account_has_no_secret',
        both(
          `公众号 ${account.appid} 没有 AppSecret：请设置，或改用 token 模式 "external"。`,
          `account ${account.appid} has no secret: set one, or use the token mode "external"`,
          { appid: account.appid },
        ),
      );
    }
    return this.#of(account).open('sealedSecret', account.sealedSecret);
  }

  /** Undefined where the external address needs no bearer, or is no longer `url`: a bearer belongs to its address. */
  async externalTokenBearerOf(accountId: number, url: string): Promise<string | undefined> {
    const account = await this.#require(accountId);
    const { sealedExternalTokenBearer: sealed, externalTokenUrl } = account;
    return sealed === null || !sameOrigin(externalTokenUrl, url)
      ? undefined
      : this.#of(account).open('sealedExternalTokenBearer', sealed);
  }

  /**
   * The keys for an account's pushes, from a copy in this process of at most 30 seconds; while the database is
   * away, the last known ones. Undefined means no such account. Ask again with `maxAgeMs: 1_000` before refusing
   * a signature: the operator may have saved a new token this moment.
   */
  async callbackKeys(
    appid: string,
    { maxAgeMs = FRESH_FOR_MS }: { maxAgeMs?: number } = {},
  ): Promise<CallbackKeys | undefined> {
    const known = this.#keys?.get(appid);
    const limit = known === undefined ? MIN_AGE_MS : Math.max(maxAgeMs, MIN_AGE_MS);
    const age = performance.now() - this.#loadedAt;
    if (age > limit) await this.#renew();
    else if (age > RENEW_AFTER_MS) void this.#renew().catch(() => {}); // a copy is there; a later caller gets the new one
    return this.#keys?.get(appid);
  }

  /** Called after a change of an account: the next caller here sees it, other processes within 30 seconds. */
  forgetCallbackKeys(): void {
    this.#changes++;
    this.#loadedAt = -Infinity;
  }

  /** Throws only when there is no copy at all. */
  async #renew(): Promise<void> {
    const hasCopy = this.#keys !== undefined;
    if (hasCopy && performance.now() - this.#failedAt < BACK_OFF_MS) return;
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    if (!hasCopy) return await this.#loading;
    try {
      await withTimeout(PATIENCE_MS, this.#loading, () => {
        this.#failedAt = performance.now();
      });
    } catch (err) {
      this.#logger.warn({ err }, 'callback keys were not read: the last known ones serve');
    }
  }

  async #load(): Promise<void> {
    const startedAt = performance.now();
    const changes = this.#changes;
    try {
      const accounts = await this.#accounts.sealedAll();
      this.#keys = new Map(accounts.flatMap((account) => this.#entryOf(account)));
      // If an account was changed meanwhile, we may have read it before: the copy does not count as fresh.
      if (changes === this.#changes) this.#loadedAt = startedAt;
      this.#failedAt = -Infinity;
    } catch (error) {
      this.#failedAt = performance.now();
      throw error;
    }
  }

  /** An account whose keys do not open loses its own pushes; the others keep theirs. */
  #entryOf(account: SealedAccount & ShownFresh): [string, CallbackKeys][] {
    try {
      return [[account.appid, this.#keysOf(account)]];
    } catch (err) {
      const { appid } = account;
      this.#logger.error({ appid, err }, 'pushes are refused: the keys of the account do not open');
      return [];
    }
  }

  #keysOf(account: SealedAccount & ShownFresh): CallbackKeys {
    const sealing = this.#of(account);
    const opened = (...columns: (keyof SealedAccount & `sealed${string}`)[]): string[] =>
      columns.flatMap((column) => {
        const sealed = account[column];
        return sealed === null ? [] : [sealing.open(column, sealed)];
      });
    return {
      accountId: account.id,
      appid: account.appid,
      mode: account.callbackMode,
      tokens: opened('sealedCallbackToken', 'sealedCallbackTokenPrevious'),
      aesKeys: opened('sealedEncodingAesKey', 'sealedEncodingAesKeyPrevious'),
      forwardUrl: account.forwardUrl,
      hasShownFresh: account.hasShownFresh,
    };
  }

  async #require(accountId: number): Promise<SealedAccount> {
    const account = await this.#accounts.sealedById(accountId);
    if (account !== undefined) return account;
    throw accountGone(accountId);
  }

  #of({ appid }: SealedAccount): AccountSealing {
    return new AccountSealing(this.#sealer, appid);
  }
}
