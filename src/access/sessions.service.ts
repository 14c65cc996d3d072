import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccessTables } from './access.tables.js';
import type { Caller } from './caller.js';
import { hashOf, newSecret } from './secret-hash.js';

export const SESSION_HOURS = 12;

/** How long a session that ended elsewhere may still be taken for a good one by this process. */
const FRESH_FOR_MS = 10_000;
const MAX_CACHED = 1_000;

interface CachedSession {
  readonly caller: Caller | undefined;
  readonly readAt: number;
}

/** Sessions of browsers, each opened with an API key and ending with it. */
@Injectable()
export class SessionsService {
  readonly #cache = new Map<string, CachedSession>();
  readonly #db: Kysely<AccessTables>;

  constructor(db: Kysely<AccessTables>) {
    this.#db = db;
  }

  /** Returns the token for the cookie; only its hash is kept. */
  async open(caller: Caller): Promise<string> {
    const token = newSecret();
    await this.#db
      .deleteFrom('session')
      .where('expiresAt', '<', sql<Date>`clock_now()`)
      .execute();
    await this.#db
      .insertInto('session')
      .values({
        hash: hashOf(token),
        apiKeyId: caller.apiKeyId,
        expiresAt: sql<Date>`clock_now() + make_interval(hours => ${SESSION_HOURS})`,
      })
      .execute();
    return token;
  }

  async callerWith(token: string): Promise<Caller | undefined> {
    const hash = hashOf(token);
    const key = hash.toString('hex');
    const cached = this.#cache.get(key);
    if (cached !== undefined && performance.now() - cached.readAt < FRESH_FOR_MS) {
      return cached.caller;
    }
    const readAt = performance.now();
    const caller = await this.#read(hash);
    this.#remember(key, { caller, readAt });
    return caller;
  }

  async close(token: string): Promise<void> {
    const hash = hashOf(token);
    await this.#db.deleteFrom('session').where('hash', '=', hash).execute();
    this.#cache.delete(hash.toString('hex'));
  }

  #read(hash: Buffer): Promise<Caller | undefined> {
    return this.#db
      .selectFrom('session')
      .innerJoin('apiKey', 'apiKey.id', 'session.apiKeyId')
      .select(['apiKey.id as apiKeyId', 'apiKey.name', 'apiKey.role'])
      .where('session.hash', '=', hash)
      .where('session.expiresAt', '>', sql<Date>`clock_now()`)
      .where('apiKey.revokedAt', 'is', null)
      .executeTakeFirst();
  }

  #remember(key: string, session: CachedSession): void {
    this.#cache.delete(key);
    this.#cache.set(key, session);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED && oldest !== undefined) this.#cache.delete(oldest);
  }
}
