import { Injectable } from '@nestjs/common';
import { Kysely, type Transaction } from 'kysely';
import { inTransaction } from '../audit/record/in-transaction.js';
import { SecretsConfig } from '../config/config.js';
import { actorNow } from '../kernel/acting.js';
import type { AccessTables } from './access.tables.js';
import {
  bootstrapKeyOfEnvironment,
  keyNotFound,
  nameTaken,
  overlapUnderWay,
  expiryPassed,
} from './api-key-refusals.js';
import { newApiKey, prefixOf } from './api-key-text.js';
import { type ApiKeyRecord, ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { appidsFor, type Grant } from './caller.js';
import { BOOTSTRAP } from './first-key.js';
import { noSuchAccounts, refuseMoreThan } from './no-more-than.js';
import { requireCaller } from './require-caller.js';
import { hashOf } from './secret-hash.js';
import { SessionsService } from './sessions.service.js';
import { Clock } from '../kernel/clock.js';

export interface AskedKey {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly expiresAt: Date | null;
}

/** A key, and once its text. */
export interface IssuedKey {
  readonly record: ApiKeyRecord;
  readonly key: string;
}

/** Makes API keys, renews and revokes them: within the rights of whoever asks. */
@Injectable()
export class ApiKeyIssuing {
  readonly #db: Kysely<AccessTables>;
  readonly #keys: ApiKeysRepository;
  readonly #known: ApiKeysService;
  readonly #secrets: SecretsConfig;
  readonly #clock: Clock;
  readonly #sessions: SessionsService;

  constructor(
    db: Kysely<AccessTables>,
    keys: ApiKeysRepository,
    known: ApiKeysService,
    secrets: SecretsConfig,
    clock: Clock,
    sessions: SessionsService,
  ) {
    this.#db = db;
    this.#keys = keys;
    this.#known = known;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** One row more than `limit`, for the cursor. */
  list(after: number, limit: number): Promise<ApiKeyRecord[]> {
    return this.#keys.list(after, limit, within());
  }

  async require(id: number): Promise<ApiKeyRecord> {
    const found = await this.#keys.find(id, within());
    if (found === undefined) throw keyNotFound(id);
    return found;
  }

  async create({ name, grants, expiresAt }: AskedKey): Promise<IssuedKey> {
    refuseMoreThan(requireCaller(), 'key.manage', grants);
    if (expiresAt !== null && expiresAt <= this.#clock.now()) throw expiryPassed();
    if (name === BOOTSTRAP) throw nameTaken(name);
    const key = newApiKey();
    const { kind, id: maker, name: makerName } = actorNow();
    const madeBy = { kind, id: maker, name: makerName };
    const hash = hashOf(key);
    const record = await inTransaction(this.#db, async (tx, audit) => {
      const made = await this.#keys.insert(tx, {
        name,
        hash,
        prefix: prefixOf(key),
        madeBy,
        expiresAt,
      });
      if (made === undefined) throw nameTaken(name);
      const absent = await this.#keys.grant(tx, made, grants);
      if (absent.length > 0) throw noSuchAccounts(absent, 'grants');
      audit({
        action: 'key.create',
        target: { kind: 'api_key', id: made },
        after: { name, grants, expiresAt },
      });
      return await this.#requireIn(tx, made);
    });
    this.#known.forget();
    return { record, key };
  }

  async revoke(id: number): Promise<void> {
    const { name, grants } = await this.require(id);
    this.#refuseNamed(name);
    await inTransaction(this.#db, async (tx, audit) => {
      if (!(await this.#keys.revoke(tx, id))) throw keyNotFound(id);
      await this.#sessions.end({ apiKeyId: id }, 'session_ended', tx);
      audit({
        action: 'key.revoke',
        target: { kind: 'api_key', id: id },
        before: { name, grants },
      });
    });
    this.#forget();
  }

  /**
   * A new text for the same key; the one from before is good beside it for a while. What was opened with it ends:
   * nobody knows who else has read it.
   */
  async rotate(id: number, overlapSeconds: number): Promise<IssuedKey> {
    const { name, grants } = await this.require(id);
    this.#refuseNamed(name);
    refuseMoreThan(requireCaller(), 'key.manage', grants);
    const key = newApiKey();
    const record = await inTransaction(this.#db, async (tx, audit) => {
      const locked = await this.#keys.lock(tx, id);
      if (locked === undefined) throw keyNotFound(id);
      if (locked.overlapsUntil !== null) throw overlapUnderWay(locked.overlapsUntil);
      await this.#keys.rotate(tx, id, { hash: hashOf(key), prefix: prefixOf(key), overlapSeconds });
      await this.#sessions.end({ apiKeyId: id }, 'session_ended', tx);
      audit({ action: 'key.rotate', target: { kind: 'api_key', id: id } });
      return await this.#requireIn(tx, id);
    });
    this.#forget();
    return { record, key };
  }

  /** The text is told once: what could not be shown with it is not kept. */
  async #requireIn(tx: Transaction<AccessTables>, id: number): Promise<ApiKeyRecord> {
    const found = await this.#keys.find(id, within(), tx);
    if (found === undefined) throw keyNotFound(id);
    return found;
  }

  #forget(): void {
    this.#known.forget();
    this.#sessions.forget();
  }

  /** What the environment says comes back with the next start, so here it would only seem to go. */
  #refuseNamed(name: string): void {
    if (name === BOOTSTRAP && this.#secrets.adminKey !== undefined)
      throw bootstrapKeyOfEnvironment();
  }
}

const within = (): ReturnType<typeof appidsFor> => appidsFor(requireCaller(), 'key.manage');
