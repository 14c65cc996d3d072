import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';
import { LogThrottle } from '../kernel/log-throttle.js';
import { withTimeout } from '../kernel/with-timeout.js';
import { connectedOnly } from './connected-only.js';

/** How often a closing worker checks whether its jobs have ended, in milliseconds. */
const CHECK_EVERY_MS = 100;
/** What its connections may take to end after them, in milliseconds. */
const CLOSE_PATIENCE_MS = 2_000;
const DISCONNECT_PATIENCE_MS = 500;
/** Pause before the next request for a job, after one that failed. */
const PAUSE_AFTER_ERROR_MS = 250;

/**
 * A BullMQ worker whose errors go to our log (without a listener BullMQ prints each of them), whose jobs start as they
 * arrive, and whose `close` always ends.
 */
export class LoggedWorker extends Worker {
  readonly #logger = new Logger('Worker');
  readonly #started = new WeakMap<Job, Promise<void>>();
  #closed: Promise<void> | undefined;
  #underWay = 0;

  constructor(name: string, processor: Processor, options: WorkerOptions) {
    super(
      name,
      async (...job) => {
        this.#underWay++;
        try {
          return (await processor(...job)) as unknown;
        } finally {
          this.#underWay--;
        }
      },
      connectedOnly(options),
    );
    const throttle = new LogThrottle();
    this.on('error', (err) => {
      if (throttle.due()) this.#logger.warn({ queue: this.name, err }, 'a worker reports an error');
    });
  }

  /**
   * BullMQ fills all free slots, one request after another, before it starts the first of their jobs: a thousand slots
   * that ran dry would stand still for as long as a thousand requests take. So each job starts as it arrives, and the
   * main loop gets the promise of a job that has started already.
   */
  protected override async moveToActive(
    ...[token, name]: Parameters<Worker['moveToActive']>
  ): ReturnType<Worker['moveToActive']> {
    const job = await this.#patientlyMoveToActive(token, name);
    // BullMQ's types leave out that there may be none.
    if (job as Job | undefined) this.#started.set(job, this.#processFrom(job, token));
    return job;
  }

  override processJob(...called: Parameters<Worker['processJob']>): Promise<void | Job> {
    return this.#started.get(called[0]) ?? super.processJob(...called);
  }

  /** One job, and those that come with the answers that it and its successors have ended. */
  async #processFrom(first: Job, token: string): Promise<void> {
    let job: Job | void = first;
    while (job) job = await this.processJob(job, token);
  }

  /**
   * BullMQ asks again at once after most errors. An error that needs no network would then keep the event loop from
   * everything else, health and signals included.
   */
  async #patientlyMoveToActive(
    ...asked: Parameters<Worker['moveToActive']>
  ): ReturnType<Worker['moveToActive']> {
    try {
      return await super.moveToActive(...asked);
    } catch (error) {
      await sleep(PAUSE_AFTER_ERROR_MS, undefined, { ref: false });
      throw error;
    }
  }

  /**
   * Jobs under way end by themselves, however long that takes. BullMQ then waits until its blocking connection has
   * said that it ended. One that was about to connect anew, or to a cluster whose node was away, may never say so: then
   * it is left open, and the timers that BullMQ would stop after it are stopped here. Whatever it still does, the rows
   * do not let anything be done twice.
   */
  override close(force = false): Promise<void> {
    this.#closed ??= this.#close(force);
    return this.#closed;
  }

  async #close(force: boolean): Promise<void> {
    const closed = super.close(force);
    while (this.#underWay > 0) if (await within(CHECK_EVERY_MS, closed)) return;
    if (await within(CLOSE_PATIENCE_MS, closed)) return;
    this.#logger.warn({ queue: this.name }, 'a worker’s connection did not end: it is left open');
    await within(DISCONNECT_PATIENCE_MS, this.backend.close(true));
    await this.#stopTimers();
  }

  /** No job is under way any more, and so no lock to be renewed. */
  async #stopTimers(): Promise<void> {
    await this.lockManager.close();
    (this as unknown as { stalledCheckStopper?: () => void }).stalledCheckStopper?.();
  }
}

/** Whether it ended in time. */
const within = (ms: number, work: Promise<void>): Promise<boolean> =>
  withTimeout(
    ms,
    work.then(() => true),
    () => false,
  );
