import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Kysely, sql } from 'kysely';
import { RolesConfig } from '../config/config.js';
import { WATCHED_QUEUES } from './watched-queues.js';
import { within } from './within.js';

const PATIENCE_MS = 2_000;

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, 'ok' | 'away' | 'stopping'>>;
}

/** Whether this process can do what its roles are for. Anybody may ask, so the answer names no details. */
@Injectable()
export class ReadinessService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ReadinessService.name);
  /** One look at a time: a store that hangs is asked once, however often we are. */
  readonly #looking = new Map<string, Promise<unknown>>();
  #stopping = false;

  constructor(
    private readonly db: Kysely<unknown>,
    @Inject(WATCHED_QUEUES) private readonly queues: readonly Queue[],
    private readonly roles: RolesConfig,
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
        ...(api || worker ? [this.check('database', () => sql`select 1`.execute(this.db))] : []),
        ...(callback || worker
          ? [this.check('queue', () => Promise.all(this.queues.map((queue) => queue.isPaused())))]
          : []),
      ]),
    );
    const ready = Object.values(checks).every((check) => check === 'ok');
    return { status: ready ? 'ready' : 'not ready', checks };
  }

  private async check(name: string, ask: () => Promise<unknown>): Promise<[string, 'ok' | 'away']> {
    let asked = this.#looking.get(name);
    if (asked === undefined) {
      asked = ask().finally(() => this.#looking.delete(name));
      this.#looking.set(name, asked);
    }
    try {
      await within(PATIENCE_MS, asked);
      return [name, 'ok'];
    } catch (error) {
      this.logger.warn(`the ${name} is away: ${String(error)}`);
      return [name, 'away'];
    }
  }
}
