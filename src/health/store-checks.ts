import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Kysely, sql } from 'kysely';
import { diskFull } from '../database/session/disk-full.js';
import { sqlstateOf } from '../database/session/sqlstate.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { WATCHED_QUEUES } from './watched-queues.js';
import { withTimeout } from '../kernel/with-timeout.js';

const PATIENCE_MS = 2_000;

/** What is wrong with a store, which may answer all the same; see docs/operating.md. */
export type StoreCheck = 'ok' | 'away' | 'read_only' | 'full';

/** Whether the stores can be worked with: reachable is not usable, so both are asked for a write. */
@Injectable()
export class StoreChecks {
  readonly #logger = new Logger(StoreChecks.name);
  /** One check at a time: a store that hangs is asked once, however often health is asked for. */
  readonly #asked = new Map<string, Promise<StoreCheck>>();
  readonly #db: Kysely<unknown>;
  readonly #queues: readonly Queue[];
  readonly #redis: RedisConnection;

  constructor(
    db: Kysely<unknown>,
    @Inject(WATCHED_QUEUES) queues: readonly Queue[],
    redis: RedisConnection,
  ) {
    this.#db = db;
    this.#queues = queues;
    this.#redis = redis;
  }

  database(): Promise<StoreCheck> {
    return this.#check('database', () => this.#askDatabase());
  }

  queue(): Promise<StoreCheck> {
    return this.#check('queue', () => this.#askQueue());
  }

  /** The query locks no row, and a read-only server refuses it: the pool then replaces the connection. */
  async #askDatabase(): Promise<StoreCheck> {
    try {
      await sql`select 1 from database_identity limit 0 for update`.execute(this.#db);
    } catch (error) {
      if (sqlstateOf(error) === '25006') return 'read_only';
      throw error;
    }
    return diskFull.lately() ? 'full' : 'ok';
  }

  async #askQueue(): Promise<StoreCheck> {
    await Promise.all(this.#queues.map((queue) => queue.isPaused()));
    return (await this.#redis.writeFault()) ?? 'ok';
  }

  async #check(name: string, ask: () => Promise<StoreCheck>): Promise<StoreCheck> {
    let asked = this.#asked.get(name);
    if (asked === undefined) {
      asked = ask().finally(() => this.#asked.delete(name));
      this.#asked.set(name, asked);
    }
    try {
      const check = await withTimeout(PATIENCE_MS, asked);
      if (check !== 'ok') this.#logger.warn(`the ${name} answers and takes no writes: ${check}`);
      return check;
    } catch (err) {
      this.#logger.warn({ err }, `the ${name} is away`);
      return 'away';
    }
  }
}
