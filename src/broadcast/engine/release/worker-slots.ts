import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { SendingConfig } from '../../../config/config.js';
import { HotSql } from '../../../database/hot-sql.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';
import { COUNT_SLOTS, FORGET_SLOTS } from './release.statements.js';

/**
 * How many sends all live workers together can have in flight. Each worker signs on and off, and counts the others. It
 * signs on before it takes a job, because workers write only states that every live worker knows.
 */
@Injectable()
export class WorkerSlots implements PeriodicTask, OnModuleInit, BeforeApplicationShutdown {
  readonly what = 'worker slots';
  readonly everyMs = 3_000;
  readonly #id = randomUUID();
  #slots: number;
  readonly #sql: HotSql;
  readonly #sending: SendingConfig;

  constructor(sql: HotSql, sending: SendingConfig) {
    this.#sql = sql;
    this.#sending = sending;
    this.#slots = sending.concurrency;
  }

  get count(): number {
    return this.#slots;
  }

  onModuleInit(): Promise<void> {
    return this.run();
  }

  async run(): Promise<void> {
    const [row] = await this.#sql.query<{ slots: number }>(COUNT_SLOTS, [
      this.#id,
      this.#sending.concurrency,
    ]);
    this.#slots = row?.slots ?? this.#sending.concurrency;
  }

  /** A worker that dies without signing off is forgotten after a while. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#sql.query(FORGET_SLOTS, [this.#id]).catch(() => {});
  }
}
