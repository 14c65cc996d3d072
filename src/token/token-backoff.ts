import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { AccountFaults } from '../accounts/account-faults.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { SealBroken } from '../accounts/seal.js';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/domain-error.js';
import { WechatRefusal } from '../wechat/wechat.errors.js';
import type { Credential } from './source/token.source.js';
import { faultOfRefusal, NO_SECRET, passingWaitMs, SECRET_SEALED } from './source/token-faults.js';
import type { Setback, TokenRecord } from './store/token-record.js';
import {
  AccountFaulted,
  FaultFound,
  NotBefore,
  type TokenFault,
  TokenUnavailable,
} from './store/token.errors.js';

/** After a lost answer or a server that is down, the next refresh may begin after this. */
const PASSING_WAIT_MS = 2_000;

/** Keeps a failed refresh from being repeated at once, and tells the account what is wrong with it. */
@Injectable()
export class TokenBackoff {
  readonly #logger = new Logger(TokenBackoff.name);
  readonly #faults: AccountFaults;
  readonly #accounts: AccountsService;
  readonly #clock: Clock;

  constructor(faults: AccountFaults, accounts: AccountsService, clock: Clock) {
    this.#faults = faults;
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** Throws the error of the last attempt while nobody may ask again. */
  async throwIfWaiting(account: Account, record: TokenRecord | undefined): Promise<void> {
    const setback = record?.setback ?? null;
    if (setback === null || setback.until <= this.#clock.now()) return;
    if (setback.fault === null) throw new TokenUnavailable(account.appid, setback.reason);
    // Where new credentials or a person have lifted the fault, a refresh is tried.
    const { fault = null } = (await this.#accounts.byId(account.id)) ?? {};
    if (fault !== null) throw new AccountFaulted(account.appid, setback.fault);
  }

  /** What all processes are told of a failed refresh. A fault is first recorded on the account. */
  async setbackFrom(account: Account, error: unknown, credential: Credential): Promise<Setback> {
    const now = this.#clock.now().getTime();
    const reason = error instanceof Error ? error.message : String(error);
    const found = faultIn(error);
    if (found !== undefined) await this.#fault(account, found.fault, credential);
    const waitMs = found?.waitMs ?? passingWait(error);
    return {
      until: error instanceof NotBefore ? error.at : new Date(now + waitMs),
      reason,
      fault: found?.fault ?? null,
    };
  }

  /** The error as callers know it: the account has a fault, or there is no token just now. */
  async toTokenError(account: Account, error: unknown): Promise<AccountFaulted | TokenUnavailable> {
    if (error instanceof AccountFaulted || error instanceof TokenUnavailable) return error;
    const { appid } = account;
    const unusable = unusableSecret(error);
    if (unusable !== undefined) await this.#fault(account, unusable);
    const fault = unusable ?? faultIn(error)?.fault;
    return fault === undefined
      ? new TokenUnavailable(appid, error instanceof Error ? error.message : String(error), error)
      : new AccountFaulted(appid, fault, error);
  }

  /** Called when WeChat has accepted the account's credentials. */
  async clearFault({ id, appid }: Account): Promise<void> {
    try {
      await this.#faults.clear(id);
    } catch (err) {
      this.#logger.warn({ appid, err }, 'the fault of the account could not be cleared');
    }
  }

  async #fault({ id, appid }: Account, fault: TokenFault, used?: Credential): Promise<void> {
    this.#logger.error({ appid, ...fault }, 'no access token: the account needs attention');
    try {
      await this.#faults.record(id, fault, used?.kind === 'secret' ? used.secret : undefined);
    } catch (err) {
      this.#logger.error({ appid, err }, 'the fault of the account could not be recorded');
    }
  }
}

function faultIn(error: unknown): FaultFound | undefined {
  if (error instanceof FaultFound) return error;
  const refused = error instanceof WechatRefusal && passingWaitMs(error.errcode) === undefined;
  return refused ? new FaultFound(faultOfRefusal(error), undefined, error) : undefined;
}

const passingWait = (error: unknown): number =>
  (error instanceof WechatRefusal ? passingWaitMs(error.errcode) : undefined) ?? PASSING_WAIT_MS;

function unusableSecret(error: unknown): TokenFault | undefined {
  if (error instanceof SealBroken) return SECRET_SEALED;
  return error instanceof DomainError && error.code === 'account_has_no_secret'
    ? NO_SECRET
    : undefined;
}
