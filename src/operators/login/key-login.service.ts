import { Injectable } from '@nestjs/common';
import { ApiKeysService } from '../../access/api-keys.service.js';
import type { Caller } from '../../access/caller.js';
import { LoginTickets } from '../../access/login-tickets.js';
import type { SessionOrigin } from '../../access/session.js';
import { Metrics } from '../../metrics/metrics.js';
import { wrongKey } from './login-refusals.js';
import { type OpenedSession, SessionOpening } from './session-opening.service.js';

/** Exchanges an API key for a session, which ends with the key. */
@Injectable()
export class KeyLoginService {
  readonly #apiKeys: ApiKeysService;
  readonly #opening: SessionOpening;
  readonly #metrics: Metrics;
  readonly #tickets: LoginTickets;

  constructor(
    apiKeys: ApiKeysService,
    opening: SessionOpening,
    metrics: Metrics,
    tickets: LoginTickets,
  ) {
    this.#apiKeys = apiKeys;
    this.#opening = opening;
    this.#metrics = metrics;
    this.#tickets = tickets;
  }

  /** Wrong keys lock no address out: it may be a whole company's, and keys are too long to guess. */
  async logIn(key: string, origin: SessionOrigin): Promise<OpenedSession> {
    const caller = await this.#callerBy(key.trim());
    if (caller === undefined) {
      this.#metrics.unauthenticated.inc({ how: 'wrong_login' });
      throw wrongKey();
    }
    return await this.#opening.open(caller, origin);
  }

  /** By a key, or by a one-time part of an address that the service has printed. */
  async #callerBy(key: string): Promise<Caller | undefined> {
    const holder = await this.#tickets.holderOf(key);
    if (holder === undefined) return await this.#apiKeys.callerWith(key);
    // Of two at once, one is in.
    return this.#tickets.spend(key) ? holder : undefined;
  }
}
