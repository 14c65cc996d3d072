import { Injectable } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { Clock } from '../kernel/clock.js';
import type { Rejection } from './refresh-round.js';
import { type OpenToken, TokenRefresher } from './token-refresher.js';

/** How long a copy is used at most: other processes may have replaced the token since. */
const COPY_MS = 60_000;
/** The same for a token near its end, whose successor may come from another process. */
const LAST_COPY_MS = 5_000;

interface Copy {
  readonly text: string;
  readonly untilMs: number;
}

interface Flight {
  readonly rejection: Rejection | undefined;
  readonly text: Promise<string>;
}

/** One valid access token per account, of which each process keeps a copy for a minute at most. */
@Injectable()
export class TokenService {
  readonly #copies = new Map<string, Copy>();
  /** However many callers ask at once, one question goes to the store. */
  readonly #flights = new Map<string, Flight>();
  readonly #refresher: TokenRefresher;
  readonly #clock: Clock;

  constructor(refresher: TokenRefresher, clock: Clock) {
    this.#refresher = refresher;
    this.#clock = clock;
  }

  /** Throws AccountFaulted or TokenUnavailable, and nothing else. */
  async tokenFor(account: Account): Promise<string> {
    return this.#copyOf(account) ?? (await this.#obtain(account));
  }

  /**
   * What to use after WeChat has rejected a token: another one, from the store if somebody has renewed it already,
   * else from one refresh, however many report the same. Where WeChat says that the rejected token is the valid one,
   * that token is returned to be tried once more; `twice` says that this was in vain. Throws like `tokenFor`.
   */
  async replacementFor(
    account: Account,
    rejected: string,
    { twice = false }: { twice?: boolean } = {},
  ): Promise<string> {
    const copy = this.#copyOf(account);
    if (copy !== undefined && copy !== rejected) return copy;
    this.#copies.delete(slotOf(account));
    return await this.#obtain(account, { text: rejected, twice });
  }

  /** For an account whose tokens mean nothing any more: whoever asks next gets another one. */
  async forget(account: Account): Promise<void> {
    this.#copies.delete(slotOf(account));
    await this.#refresher.forget(account);
  }

  async #obtain(account: Account, rejection?: Rejection): Promise<string> {
    const slot = slotOf(account);
    for (;;) {
      const flight = this.#flights.get(slot);
      if (flight === undefined) break;
      const text = await flight.text;
      // A flight that set out before the rejection may come back with the very same token.
      if (text !== rejection?.text) return text;
      if (text === flight.rejection?.text && !rejection.twice) return text;
    }
    const text = this.#refresher
      .obtain(account, rejection)
      .then((token) => this.#keep(slot, token))
      .finally(() => this.#flights.delete(slot));
    this.#flights.set(slot, { rejection, text });
    return await text;
  }

  #keep(slot: string, { text, expiresAt, fresh }: OpenToken): string {
    const now = this.#clock.now().getTime();
    const untilMs = Math.min(now + (fresh ? COPY_MS : LAST_COPY_MS), expiresAt.getTime());
    this.#copies.set(slot, { text, untilMs });
    return text;
  }

  #copyOf(account: Account): string | undefined {
    const copy = this.#copies.get(slotOf(account));
    return copy !== undefined && this.#clock.now().getTime() < copy.untilMs ? copy.text : undefined;
  }
}

const slotOf = ({ appid, tokenMode }: Account): string => `${tokenMode}:${appid}`;
