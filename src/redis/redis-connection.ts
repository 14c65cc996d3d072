import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Cluster, Redis } from 'ioredis';
import { QueueConfig } from '../config/config.js';
import { connectRedis, parseRedisUrl } from './redis-address.js';

/** No command of ours takes long: a Redis that is away must be noticed before anyone's patience ends. */
const COMMAND_TIMEOUT_MS = 3_000;

/** The Redis connection of everything but BullMQ, which has its own. */
@Injectable()
export class RedisConnection implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisConnection.name);
  /** Undefined where no Redis is configured. */
  readonly client: Redis | Cluster | undefined;
  readonly #probe: string;
  #away = false;

  constructor({ redisUrl, prefix }: QueueConfig) {
    this.#probe = `${prefix}:takes-writes`;
    if (redisUrl === undefined) return;
    this.client = connectRedis(parseRedisUrl(redisUrl), {
      maxRetriesPerRequest: 1,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A server that hangs keeps its connections: close ours, so that the next command finds the server's successor.
      socketTimeout: COMMAND_TIMEOUT_MS,
    })
      // ioredis repeats the error with every attempt: one line when it goes, one when it comes back.
      .on('error', (err: Error) => this.#went(err))
      .on('ready', () => this.#cameBack());
  }

  /** Why Redis takes no writes: a replica, and a server that is full, answer all the same. Throws where Redis is away. */
  async writeFault(): Promise<'read_only' | 'full' | undefined> {
    if (this.client === undefined) return undefined;
    // The nodes of a cluster each have a role, and the client asks the right one by itself.
    if (this.client instanceof Redis && (await this.client.role())[0] !== 'master')
      return 'read_only';
    try {
      await this.client.set(this.#probe, '1', 'PX', 10_000);
      return undefined;
    } catch (error) {
      if (/\b(OOM|MISCONF)\b/.test((error as Error).message)) return 'full';
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.client?.disconnect();
    await Promise.resolve();
  }

  #went(err: Error): void {
    if (!this.#away) this.#logger.warn({ err }, 'Redis is away and is being tried again');
    this.#away = true;
  }

  #cameBack(): void {
    if (this.#away) this.#logger.log('Redis is back');
    this.#away = false;
  }
}
