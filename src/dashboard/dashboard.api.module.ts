import { getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Queue } from 'bullmq';
import { HttpConfig } from '../config/config.js';
import { basePathOf } from '../http/base-path.js';
import { QUEUE_NAMES } from '../queue/queue-names.js';
import { QueueModule } from '../queue/queue.module.js';
import { boardPlugin } from './board.js';

const BOARD_PATH = '/queues';
const BOARD_QUEUES = Symbol('board queues');

/** Bull Board, read-only. The adapter's gate guards it like every other route. */
@Module({
  imports: [QueueModule.for(...QUEUE_NAMES)],
  providers: [
    {
      provide: BOARD_QUEUES,
      inject: QUEUE_NAMES.map((name) => getQueueToken(name)),
      useFactory: (...queues: Queue[]) => queues,
    },
  ],
})
export class DashboardApiModule implements OnModuleInit {
  readonly #queues: readonly Queue[];
  readonly #host: HttpAdapterHost<FastifyAdapter>;
  readonly #http: HttpConfig;

  constructor(
    @Inject(BOARD_QUEUES) queues: readonly Queue[],
    host: HttpAdapterHost<FastifyAdapter>,
    http: HttpConfig,
  ) {
    this.#queues = queues;
    this.#host = host;
    this.#http = http;
  }

  onModuleInit(): void {
    void this.#host.httpAdapter
      .getInstance()
      .register(boardPlugin(this.#queues, `${basePathOf(this.#http.publicUrl)}${BOARD_PATH}`), {
        prefix: BOARD_PATH,
      });
  }
}
