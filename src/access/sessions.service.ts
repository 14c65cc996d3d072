import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccessTables } from './access.tables.js';
import type { Caller } from './caller.js';
import { grantedTo, toGrants } from './grants.js';
import { hashOf, newSecret } from './secret-hash.js';

export const SESSION_HOURS = 12;

/** How long a session that ended elsewhere may still be taken for a good one by this process. */
const FRESH_FOR_MS = 5_000;
const MAX_CACHED = 1_000;

interface CachedSession {
  readonly caller: Caller | undefined;
  readonly readAt: number;
}

interface SessionRow {
  readonly id: number;
  readonly name: string;
  readonly session: string;
  readonly granted: Parameters<typeof toGrants>[0];
}

/** Sessions of browsers, each opened by an operator or with an API key, and ending with them. */
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
        [caller.kind === 'key' ? 'apiKeyId' : 'operatorId']: caller.id,
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

  async #read(hash: Buffer): Promise<Caller | undefined> {
    return (await this.#ofKey(hash)) ?? (await this.#ofOperator(hash));
  }

  async #ofKey(hash: Buffer): Promise<Caller | undefined> {
    const found = await this.#db
      .selectFrom('session')
      .innerJoin('apiKey', 'apiKey.id', 'session.apiKeyId')
      .select([
        'session.id as session',
        'apiKey.id',
        'apiKey.name',
        grantedTo('api_key').as('granted'),
      ])
      .where('session.hash', '=', hash)
      .where(isOpen)
      .where('apiKey.revokedAt', 'is', null)
      .where(sql<boolean>`coalesce(api_key.expires_at > clock_now(), true)`)
      .executeTakeFirst();
    return found && toCaller('key', found);
  }

  async #ofOperator(hash: Buffer): Promise<Caller | undefined> {
    const found = await this.#db
      .selectFrom('session')
      .innerJoin('operator', 'operator.id', 'session.operatorId')
      .select([
        'session.id as session',
        'operator.id',
        'operator.name',
        grantedTo('operator').as('granted'),
      ])
      .where('session.hash', '=', hash)
      .where(isOpen)
      .where('operator.disabledAt', 'is', null)
      .executeTakeFirst();
    return found && toCaller('operator', found);
  }

  #remember(key: string, session: CachedSession): void {
    this.#cache.delete(key);
    this.#cache.set(key, session);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED && oldest !== undefined) this.#cache.delete(oldest);
  }
}

const isOpen = sql<boolean>`session.expires_at > clock_now() and session.ends_at > clock_now()`;

const toCaller = (kind: Caller['kind'], { id, name, session, granted }: SessionRow): Caller => ({
  kind,
  id,
  name,
  grants: toGrants(granted),
  viaSession: { id: session },
});
