import type { AccountFault } from '../../accounts/account.js';

export type TokenFault = Omit<AccountFault, 'since'>;

/** No token can be had until a person has put the account right; its fault is on record. Nothing was sent. */
export class AccountFaulted extends Error {
  override readonly name = 'AccountFaulted';

  constructor(
    readonly appid: string,
    readonly fault: TokenFault,
    cause?: unknown,
  ) {
    super(fault.message, { cause });
  }
}

/** No token could be had just now; the cause passes by itself. Nothing was sent. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';

  constructor(
    readonly appid: string,
    reason: string,
    cause?: unknown,
  ) {
    super(`no access token for ${appid} just now: ${reason}`, { cause });
  }
}

/** A failed attempt to get a token shows a fault of the account, which is not asked for again for a while. */
export class FaultFound extends Error {
  override readonly name = 'FaultFound';

  constructor(
    readonly fault: TokenFault,
    readonly waitMs = 60_000,
    cause?: unknown,
  ) {
    super(fault.message, { cause });
  }
}

/** No token before `at`; the cause passes by itself. */
export class NotBefore extends Error {
  override readonly name = 'NotBefore';

  constructor(
    readonly at: Date,
    reason: string,
  ) {
    super(reason);
  }
}
