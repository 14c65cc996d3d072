import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Kysely, sql } from 'kysely';
import { hasLiveWorker } from '../broadcast/engine/live-workers.js';
import { diskFull } from '../database/disk-full.js';
import { sqlstateOf } from '../database/sqlstate.js';
import { withTimeout } from '../kernel/with-timeout.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RolesConfig } from '../config/config.js';
import { WATCHED_QUEUES } from './watched-queues.js';

const PATIENCE_MS = 2_000;

/** Why a store that may well answer is of no use; see docs/operating.md. */
type Check = 'ok' | 'away' | 'read_only' | 'full';

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, Check | 'stopping'>>;
  /** Roles that no live process has. This one can do its part without, so it is ready all the same. */
  readonly missing?: readonly 'worker'[];
}

/** Whether this process can do what its roles are for. Anybody may ask, so the answer names no details. */
@Injectable()
export class ReadinessService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ReadinessService.name);
  /** One look at a time: a store that hangs is asked once, however often we are. */
  readonly #looking = new Map<string, Promise<Check>>();
  #stopping = false;
  #workerMissing = false;

  constructor(
    private readonly db: Kysely<unknown>,
    @Inject(WATCHED_QUEUES) private readonly queues: readonly Queue[],
    private readonly roles: RolesConfig,
    private readonly redis: RedisConnection,
  ) {}

  /** From now on a load balancer sends nobody here any more. */
  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }

  async look(): Promise<Readiness> {
    if (this.#stopping) return { status: 'not ready', checks: { process: 'stopping' } };
    const { api, callback, worker } = this.roles;
    const checks = Object.fromEntries(
      await Promise.all([
        // WeChat's pushes need the queue alone: account keys are cached.
        ...(api || worker ? [this.check('database', () => this.lookAtDatabase())] : []),
        ...(callback || worker ? [this.check('queue', () => this.lookAtQueue())] : []),
      ]),
    );
    const ready = Object.values(checks).every((check) => check === 'ok');
    const status = ready ? 'ready' : 'not ready';
    return this.#workerMissing ? { status, checks, missing: ['worker'] } : { status, checks };
  }

  /** Locks nothing, and is refused where nothing may be written: the connection is then left for another. */
  private async lookAtDatabase(): Promise<Check> {
    try {
      await sql`select 1 from database_identity limit 0 for update`.execute(this.db);
    } catch (error) {
      if (sqlstateOf(error) === '25006') return 'read_only';
      throw error;
    }
    this.#workerMissing = !this.roles.worker && !(await hasLiveWorker(this.db));
    return diskFull.lately() ? 'full' : 'ok';
  }

  private async lookAtQueue(): Promise<Check> {
    await Promise.all(this.queues.map((queue) => queue.isPaused()));
    return (await this.redis.trouble()) ?? 'ok';
  }

  private async check(name: string, ask: () => Promise<Check>): Promise<[string, Check]> {
    let asked = this.#looking.get(name);
    if (asked === undefined) {
      asked = ask().finally(() => this.#looking.delete(name));
      this.#looking.set(name, asked);
    }
    try {
      const check = await withTimeout(PATIENCE_MS, asked);
      if (check !== 'ok') this.logger.warn(`the ${name} answers and takes no writes: ${check}`);
      return [name, check];
    } catch (error) {
      this.logger.warn(`the ${name} is away: ${String(error)}`);
      return [name, 'away'];
    }
  }
}
