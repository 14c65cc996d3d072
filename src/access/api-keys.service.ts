import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { withTimeout } from '../kernel/with-timeout.js';
import { isMistyped } from './api-key-text.js';
import type { AccessTables } from './access.tables.js';
import type { Caller } from './caller.js';
import { grantedTo, toGrants } from './grants.js';
import { hashOf } from './secret-hash.js';

/** How long a revoked key may still be taken for a good one by a process. */
const FRESH_FOR_MS = 5_000;
/** How often the use of a key is written down, by each process and by all of them together. */
const NOTED_EVERY_MS = 60_000;
/** How long a silent database may delay a request whose key is known. */
const PATIENCE_MS = 1_000;

interface KnownKey {
  readonly hash: Buffer;
  readonly caller: Caller;
}

/**
 * Which API keys are good, from a copy in this process: a request costs no query, and people can still see
 * metrics and queues while the database is away.
 */
@Injectable()
export class ApiKeysService implements OnApplicationBootstrap {
  readonly #logger = new Logger(ApiKeysService.name);
  #keys: readonly KnownKey[] | undefined;
  readonly #notedAt = new Map<number, number>();
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
    if (isMistyped(key)) return undefined;
    const hash = hashOf(key);
    let caller: Caller | undefined;
    for (const known of await this.#known()) {
      if (timingSafeEqual(known.hash, hash)) caller = known.caller;
    }
    if (caller !== undefined) this.#note(caller.id);
    return caller;
  }

  /** The key of that name, if there is one that is good. */
  async callerNamed(name: string): Promise<Caller | undefined> {
    return (await this.#known()).find(({ caller }) => caller.name === name)?.caller;
  }

  /** Called when this process has changed the keys. */
  forget(): void {
    this.#loadedAt = -Infinity;
  }

  /** Nobody waits for it; whatever of it is lost, the next use of the key writes. */
  #note(id: number): void {
    const now = performance.now();
    if (now - (this.#notedAt.get(id) ?? -Infinity) < NOTED_EVERY_MS) return;
    this.#notedAt.set(id, now);
    this.#db
      .updateTable('apiKey')
      .set({ lastUsedAt: sql<Date>`clock_now()` })
      .where('id', '=', id)
      .where(sql<boolean>`coalesce(last_used_at < clock_now() - interval '1 minute', true)`)
      .execute()
      .catch(() => {}); // a database that is away has lines of its own
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
        .select(['id', 'name', 'hash', grantedTo('api_key').as('granted')])
        .select(
          sql<Buffer | null>`case when former_until > clock_now() then former_hash end`.as(
            'formerHash',
          ),
        )
        .where('revokedAt', 'is', null)
        .where((eb) =>
          eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`clock_now()`)]),
        )
        .execute();
      this.#keys = rows.flatMap(({ id, name, hash, formerHash, granted }) => {
        const caller: Caller = { kind: 'key', id, name, grants: toGrants(granted) };
        return [hash, formerHash].flatMap((each) =>
          each === null ? [] : [{ hash: each, caller }],
        );
      });
    } catch (err) {
      if (this.#keys === undefined) throw err;
      this.#logger.warn({ err }, 'API keys were not read: the last known ones serve');
    }
    this.#loadedAt = startedAt;
  }
}
