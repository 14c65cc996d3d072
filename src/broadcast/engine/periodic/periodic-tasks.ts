import { Inject, Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../../../kernel/with-timeout.js';
import { type PeriodicTask, PERIODIC_TASKS } from './periodic-task.js';

/** One that takes longer goes on by itself: the others do not wait for what it waits for. */
const PATIENCE_MS = 2_000;

/** Runs the repairs whose time has come, in order; one that fails or hangs costs the others nothing. */
@Injectable()
export class PeriodicTasks {
  readonly #logger = new Logger(PeriodicTasks.name);
  readonly #ranAt = new Map<PeriodicTask, number>();
  readonly #running = new Set<PeriodicTask>();
  readonly #repairs: readonly PeriodicTask[];

  constructor(@Inject(PERIODIC_TASKS) repairs: readonly PeriodicTask[]) {
    this.#repairs = repairs;
  }

  async run(): Promise<void> {
    for (const repair of this.#repairs) {
      if (this.#running.has(repair)) continue;
      if (performance.now() - (this.#ranAt.get(repair) ?? -Infinity) < repair.everyMs) continue;
      this.#ranAt.set(repair, performance.now());
      await withTimeout(PATIENCE_MS, this.#run(repair), () => {});
    }
  }

  async #run(periodicTask: PeriodicTask): Promise<void> {
    this.#running.add(periodicTask);
    try {
      await periodicTask.run();
    } catch (error) {
      this.#logger.warn({ what: periodicTask.what, err: error }, 'a repair failed; trying again');
    } finally {
      this.#running.delete(periodicTask);
    }
  }
}
