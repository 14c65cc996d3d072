import { Injectable, Logger } from '@nestjs/common';
import { Kysely, type QueryExecutorProvider } from 'kysely';
import type { AccessTables } from './access.tables.js';
import type { Caller } from './caller.js';
import { toGrants } from './grants.js';
import { hashOf, newSecret } from './secret-hash.js';
import type { LookedUp, SessionHolder, SessionOrigin, SessionRecord } from './session.js';
import type { SessionEnd } from './session-end.js';
import {
  changeToken,
  endSessions,
  findSession,
  insertSession,
  listSessions,
  prolong,
  readSession,
  readSessionById,
  type SessionRow,
} from './sessions.repository.js';

/** How long a session that ended elsewhere may still be taken for a good one by this process. */
const FRESH_FOR_MS = 5_000;
/** How often one that is in use is written down as such. */
const PROLONG_EVERY_MS = 60_000;
const MAX_CACHED = 1_000;
/** Of one person; more are not shown, as nobody reads them. */
const MOST_LISTED = 200;

interface CachedSession {
  readonly found: LookedUp;
  readonly readAt: number;
}

/** Sessions of browsers: of an operator, or opened with an API key and ending with it. */
@Injectable()
export class SessionsService {
  readonly #logger = new Logger(SessionsService.name);
  readonly #cache = new Map<string, CachedSession>();
  readonly #prolongedAt = new Map<string, number>();
  readonly #db: Kysely<AccessTables>;

  constructor(db: Kysely<AccessTables>) {
    this.#db = db;
  }

  /** Returns the token for the cookie; only its hash is kept. In a transaction of the caller's, if it has one. */
  async open(
    holder: SessionHolder,
    origin: SessionOrigin,
    tx?: QueryExecutorProvider,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const token = newSecret();
    const id = await insertSession(this.#on(tx), hashOf(token), holder, origin);
    return { id, token };
  }

  /** Whose a token is. One that is not known was let go long ago. */
  async lookUp(token: string): Promise<LookedUp> {
    const hash = hashOf(token);
    const key = hash.toString('hex');
    const cached = this.#cache.get(key);
    if (cached !== undefined && performance.now() - cached.readAt < FRESH_FOR_MS) {
      return cached.found;
    }
    const readAt = performance.now();
    const found = await this.#read(hash);
    // A new token is told once; the former one goes on as it is.
    this.#remember(key, { found: 'caller' in found ? { caller: found.caller } : found, readAt });
    return found;
  }

  /** For a request that stays open: its answer has begun, so it could not be told another token. */
  async lookUpAgain(token: string, sessionId: string): Promise<LookedUp | 'token_renewed'> {
    const row = await readSessionById(this.#db, sessionId, hashOf(token));
    if (row === undefined) return { ended: 'session_expired' };
    const found = lookedUp(row);
    const isOld = !row.isCurrent && !row.isFormer;
    return 'caller' in found && isOld ? 'token_renewed' : found;
  }

  /** Somebody is there: the idle time begins anew. What cannot be written is written by the next request. */
  async prolong(sessionId: string): Promise<void> {
    const now = performance.now();
    if (now - (this.#prolongedAt.get(sessionId) ?? -Infinity) < PROLONG_EVERY_MS) return;
    this.#prolongedAt.set(sessionId, now);
    forgetOldest(this.#prolongedAt);
    try {
      await prolong(this.#db, sessionId);
    } catch (err) {
      this.#prolongedAt.delete(sessionId);
      this.#logger.warn({ err }, 'a session was not prolonged: its next request does it');
    }
  }

  /** Another token for the session, which the answer must set; for a while the former one is still good. */
  async renew(token: string, tx?: QueryExecutorProvider): Promise<string | undefined> {
    const next = newSecret();
    return (await changeToken(this.#on(tx), hashOf(token), hashOf(next))) ? next : undefined;
  }

  /** How many there were to end. */
  async end(
    which: SessionHolder | { readonly id: string },
    why: SessionEnd,
    tx?: QueryExecutorProvider,
    exceptId?: string,
  ): Promise<number> {
    return await endSessions(this.#on(tx), which, why, exceptId);
  }

  list(holder: SessionHolder): Promise<SessionRecord[]> {
    return listSessions(this.#db, holder, MOST_LISTED);
  }

  find(id: string): ReturnType<typeof findSession> {
    return findSession(this.#db, id);
  }

  /** Called when this process has changed sessions or somebody's rights. */
  forget(): void {
    this.#cache.clear();
  }

  /** A neighbour's transaction is of the same database, whatever tables it names. */
  #on(tx: QueryExecutorProvider | undefined): Kysely<AccessTables> {
    return tx === undefined ? this.#db : (tx as unknown as Kysely<AccessTables>);
  }

  async #read(hash: Buffer): Promise<LookedUp> {
    const row = await readSession(this.#db, hash);
    if (row === undefined) return { ended: 'session_expired' };
    const found = lookedUp(row);
    if ('ended' in found) return found;
    const { caller } = found;
    if (row.hasOtherRights !== true || !row.isCurrent) return { caller };
    // Rights have changed: whoever has read the former token has none of the new ones.
    const next = newSecret();
    if (!(await changeToken(this.#db, hash, hashOf(next)))) return { caller };
    return { caller, newToken: next };
  }

  #remember(key: string, session: CachedSession): void {
    this.#cache.delete(key);
    this.#cache.set(key, session);
    forgetOldest(this.#cache);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_CACHED && oldest !== undefined) map.delete(oldest);
}

function lookedUp(row: SessionRow): LookedUp {
  const ended = endOf(row);
  return ended === undefined ? { caller: callerOf(row) } : { ended };
}

function endOf({
  endedWhy,
  isOver,
  disabledAt,
  apiKeyId,
  keyIsOver,
}: SessionRow): SessionEnd | undefined {
  if (endedWhy !== null) return endedWhy;
  if (disabledAt !== null) return 'disabled';
  if (isOver) return 'session_expired';
  return apiKeyId !== null && keyIsOver ? 'session_ended' : undefined;
}

function callerOf(row: SessionRow): Caller {
  const viaSession = { id: row.id };
  if (row.operatorId === null || row.operatorId === undefined) {
    const grants = toGrants(row.ofKey);
    return { kind: 'key', id: row.apiKeyId ?? 0, name: row.keyName ?? '', grants, viaSession };
  }
  return {
    kind: 'operator',
    id: row.operatorId,
    name: row.operatorName ?? '',
    grants: toGrants(row.ofOperator),
    viaSession: { ...viaSession, mustChangePassword: row.mustChangePassword === true },
  };
}
