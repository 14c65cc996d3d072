import { getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Queue } from 'bullmq';
import { ConsoleConfig, HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { QUEUE_NAMES, type QueueName } from '../queue/queue-names.js';
import { QueueModule } from '../queue/queue.module.js';
import { BOARD_PATH, boardPlugin } from './board.js';

const BOARD_QUEUES = Symbol('board queues');

/** Bull Board, read-only. The adapter's gate guards it like every other route. */
@Module({
  imports: [QueueModule.for(...QUEUE_NAMES)],
  providers: [
    {
      provide: BOARD_QUEUES,
      inject: QUEUE_NAMES.map((name) => getQueueToken(name)),
      useFactory: (...queues: Queue[]) => queues.map((queue) => [queue.name, queue]),
    },
  ],
})
export class DashboardApiModule implements OnModuleInit {
  readonly #queues: readonly (readonly [QueueName, Queue])[];
  readonly #host: HttpAdapterHost<FastifyAdapter>;
  readonly #http: HttpConfig;
  readonly #console: ConsoleConfig;

  constructor(
    @Inject(BOARD_QUEUES) queues: readonly (readonly [QueueName, Queue])[],
    host: HttpAdapterHost<FastifyAdapter>,
    http: HttpConfig,
    console: ConsoleConfig,
  ) {
    this.#queues = queues;
    this.#host = host;
    this.#http = http;
    this.#console = console;
  }

  onModuleInit(): void {
    const place = { basePath: basePathOf(this.#http.publicUrl), hasConsole: this.#console.on };
    void this.#host.httpAdapter
      .getInstance()
      .register(boardPlugin(this.#queues, place), { prefix: BOARD_PATH });
  }
}
