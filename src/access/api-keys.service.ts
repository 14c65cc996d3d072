import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Kysely } from 'kysely';
import { withTimeout } from '../kernel/with-timeout.js';
import type { AccessTables } from './access.tables.js';
import type { Caller } from './caller.js';
import { hashOf } from './secret-hash.js';

/** How long a revoked key may still be taken for a good one by a process. */
const FRESH_FOR_MS = 10_000;
/** How long a silent database may delay a request whose key is known. */
const PATIENCE_MS = 1_000;

interface KnownKey extends Caller {
  readonly hash: Buffer;
}

/**
 * Which API keys are good, from a copy in this process: a request costs no query, and people can still see
 * metrics and queues while the database is away.
 */
@Injectable()
export class ApiKeysService implements OnApplicationBootstrap {
  readonly #logger = new Logger(ApiKeysService.name);
  #keys: readonly KnownKey[] | undefined;
  #loadedAt = -Infinity;
  #loading: Promise<void> | undefined;
  readonly #db: Kysely<AccessTables>;

  constructor(db: Kysely<AccessTables>) {
    this.#db = db;
  }

  /** Loads the keys before the first request, when the database may be away. */
  onApplicationBootstrap(): void {
    this.#known().catch(() => {}); // the next request meets the same error
  }

  /** Compares the key with all known ones, each in constant time: the duration tells nothing. */
  async callerWith(key: string): Promise<Caller | undefined> {
    const hash = hashOf(key);
    let caller: Caller | undefined;
    for (const known of await this.#known()) {
      if (timingSafeEqual(known.hash, hash)) caller = known;
    }
    return caller && { apiKeyId: caller.apiKeyId, name: caller.name, role: caller.role };
  }

  /** Called when this process has changed the keys. */
  forget(): void {
    this.#loadedAt = -Infinity;
  }

  async #known(): Promise<readonly KnownKey[]> {
    if (performance.now() - this.#loadedAt > FRESH_FOR_MS) {
      this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
      await (this.#keys === undefined
        ? this.#loading
        : withTimeout(PATIENCE_MS, this.#loading, () => {}));
    }
    return this.#keys ?? [];
  }

  async #load(): Promise<void> {
    const startedAt = performance.now();
    try {
      const rows = await this.#db
        .selectFrom('apiKey')
        .select(['id as apiKeyId', 'name', 'role', 'hash'])
        .where('revokedAt', 'is', null)
        .execute();
      this.#keys = rows;
    } catch (err) {
      if (this.#keys === undefined) throw err;
      this.#logger.warn({ err }, 'API keys were not read: the last known ones serve');
    }
    this.#loadedAt = startedAt;
  }
}
