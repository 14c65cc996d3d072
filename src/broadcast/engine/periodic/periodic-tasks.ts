import { Inject, Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../../../kernel/with-timeout.js';
import { type PeriodicTask, PERIODIC_TASKS } from './periodic-task.js';

/** The others wait for a task no longer than this, in milliseconds; it goes on beside them. */
const PATIENCE_MS = 2_000;

/** Runs the periodic tasks that are due, in order. One that fails or hangs does not keep the others from running. */
@Injectable()
export class PeriodicTasks {
  readonly #logger = new Logger(PeriodicTasks.name);
  readonly #ranAt = new Map<PeriodicTask, number>();
  readonly #running = new Set<PeriodicTask>();
  readonly #tasks: readonly PeriodicTask[];

  constructor(@Inject(PERIODIC_TASKS) tasks: readonly PeriodicTask[]) {
    this.#tasks = tasks;
  }

  async run(): Promise<void> {
    for (const task of this.#tasks) {
      if (this.#running.has(task)) continue;
      if (performance.now() - (this.#ranAt.get(task) ?? -Infinity) < task.everyMs) continue;
      this.#ranAt.set(task, performance.now());
      await withTimeout(PATIENCE_MS, this.#run(task), () => {});
    }
  }

  async #run(task: PeriodicTask): Promise<void> {
    this.#running.add(task);
    try {
      await task.run();
    } catch (error) {
      this.#logger.warn(
        { what: task.what, err: error },
        'a periodic task failed; it runs again when it is due',
      );
    } finally {
      this.#running.delete(task);
    }
  }
}
