import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { wechatDay, type SimulatedClock } from '../kernel/simulated-clock.js';

type Token = {
  readonly value: string;
  readonly account: Account;
  /** The time at which it stops working, and the errcode of later refusals. */
  endsAt: number;
  endsWith: 40001 | 42001;
};

type AccountTokens = {
  plain?: Token;
  stable?: Token;
  forcedAt: number;
  forcedDay: number;
  forcedTimes: number;
};

/** A token as the token endpoints issue it. */
export type IssuedToken = { readonly value: string; readonly expiresInSeconds: number };

export type TokenCheck =
  | { readonly kind: 'valid'; readonly account: Account }
  | {
      readonly kind: 'refused';
      readonly errcode: 40001 | 40014 | 41001 | 42001;
      readonly account: Account | undefined;
    };

const OVERLAP_MS = 300_000;
const RENEW_BELOW_MS = 300_000;
const MIN_FORCE_INTERVAL_MS = 30_000;
const MAX_FORCES_PER_DAY = 20;
const MAX_TOKENS = 10_000;

/** Issues and checks access tokens of both kinds, which do not affect each other. */
export class TokenService {
  readonly #clock: SimulatedClock;

  readonly #tokens = new Map<string, Token>();
  readonly #byAccount = new Map<Account, AccountTokens>();

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** Issues a new token each time. The former one works for five more minutes. */
  issuePlain(account: Account): IssuedToken {
    const tokens = this.#tokensOf(account);
    const now = this.#clock.now();
    if (tokens.plain) this.#end(tokens.plain, now + OVERLAP_MS, 40001);
    tokens.plain = this.#make(account, now);
    return issued(tokens.plain, now);
  }

  /** Issues the same token until its last five minutes. */
  issueStable(account: Account): IssuedToken {
    const tokens = this.#tokensOf(account);
    const now = this.#clock.now();
    if (!tokens.stable || tokens.stable.endsAt - now < RENEW_BELOW_MS) {
      tokens.stable = this.#make(account, now);
    }
    return issued(tokens.stable, now);
  }

  /** Replaces the stable token at once, but not within 30 s of the last time. Undefined after the daily limit. */
  forceStable(account: Account): IssuedToken | undefined {
    const tokens = this.#tokensOf(account);
    const now = this.#clock.now();
    const day = wechatDay(now, 0);
    if (now - tokens.forcedAt < MIN_FORCE_INTERVAL_MS) return this.issueStable(account);
    if (tokens.forcedDay !== day) {
      tokens.forcedDay = day;
      tokens.forcedTimes = 0;
    }
    if (tokens.forcedTimes >= MAX_FORCES_PER_DAY) return undefined;
    tokens.forcedTimes++;
    tokens.forcedAt = now;
    if (tokens.stable) this.#end(tokens.stable, now, 40001);
    tokens.stable = this.#make(account, now);
    return issued(tokens.stable, now);
  }

  check(value: string | null): TokenCheck {
    if (!value) return { kind: 'refused', errcode: 41001, account: undefined };
    const token = this.#tokens.get(value);
    if (!token) {
      const errcode = /^[\w-]{100,512}$/.test(value) ? 40001 : 40014;
      return { kind: 'refused', errcode, account: undefined };
    }
    if (this.#clock.now() >= token.endsAt) {
      return { kind: 'refused', errcode: token.endsWith, account: token.account };
    }
    return { kind: 'valid', account: token.account };
  }

  /**
   * Every token of the account stops working now. With `stuck` the stable endpoint issues the dead token until a new
   * one is forced, which is the worst case for a client.
   */
  expire(account: Account, errcode: 40001 | 42001 = 42001, stuck = false): void {
    const tokens = this.#tokensOf(account);
    const now = this.#clock.now();
    for (const token of this.#tokens.values()) {
      if (token.account === account) this.#end(token, now, errcode);
    }
    if (stuck && tokens.stable) {
      const dead = tokens.stable;
      tokens.stable = { ...dead, endsAt: now + account.settings.token.lifetimeSeconds * 1000 };
    }
  }

  #tokensOf(account: Account): AccountTokens {
    let tokens = this.#byAccount.get(account);
    if (!tokens) {
      tokens = { forcedAt: -Infinity, forcedDay: -1, forcedTimes: 0 };
      this.#byAccount.set(account, tokens);
    }
    return tokens;
  }

  #make(account: Account, now: number): Token {
    const value = `98_${randomBytes(99).toString('base64url')}`;
    const endsAt = now + account.settings.token.lifetimeSeconds * 1000;
    const token: Token = { value, account, endsAt, endsWith: 42001 };
    this.#tokens.set(value, token);
    if (this.#tokens.size > MAX_TOKENS) {
      const [oldest] = this.#tokens.keys();
      if (oldest !== undefined) this.#tokens.delete(oldest);
    }
    return token;
  }

  #end(token: Token, at: number, endsWith: 40001 | 42001): void {
    if (token.endsAt <= at) return;
    token.endsAt = at;
    token.endsWith = endsWith;
  }
}

const issued = ({ value, endsAt }: Token, now: number): IssuedToken => ({
  value,
  expiresInSeconds: Math.max(0, Math.floor((endsAt - now) / 1000)),
});
