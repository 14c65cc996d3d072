import { Injectable } from '@nestjs/common';
import { ApiKeysService } from './api-keys.service.js';
import type { Caller } from './caller.js';
import { BOOTSTRAP } from './first-key.js';
import { hashOf, newSecret } from './secret-hash.js';

/** Somebody who starts the service opens its address soon, or looks for the key. */
const GOOD_FOR_MS = 15 * 60_000;
/** Whoever starts it anew gets another one. */
const MOST = 20;

/**
 * One-time parts of addresses that a start or the demo prints, each good for one login in place of the bootstrap key, so
 * that nobody types a key. They live in this process and die with it.
 */
@Injectable()
export class LoginTickets {
  readonly #goodUntil = new Map<string, number>();
  readonly #apiKeys: ApiKeysService;

  constructor(apiKeys: ApiKeysService) {
    this.#apiKeys = apiKeys;
  }

  issue(): string {
    const ticket = newSecret();
    this.#goodUntil.set(nameOf(ticket), performance.now() + GOOD_FOR_MS);
    const [oldest] = this.#goodUntil.keys();
    if (this.#goodUntil.size > MOST && oldest !== undefined) this.#goodUntil.delete(oldest);
    return ticket;
  }

  /** Whose rights it gives; undefined for what is no ticket, or no longer one, or once the key itself has ended. */
  async holderOf(ticket: string): Promise<Caller | undefined> {
    const until = this.#goodUntil.get(nameOf(ticket));
    if (until === undefined || until < performance.now()) return undefined;
    return await this.#apiKeys.callerNamed(BOOTSTRAP);
  }

  /** From now on it opens nothing; false if somebody else was faster. */
  spend(ticket: string): boolean {
    return this.#goodUntil.delete(nameOf(ticket));
  }
}

/** Looked up by its hash: the duration tells nothing of what is known. */
const nameOf = (ticket: string): string => hashOf(ticket).toString('hex');
