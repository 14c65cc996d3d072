import { Inject, Injectable, Logger } from '@nestjs/common';
import { withTimeout } from '../../../kernel/with-timeout.js';
import { type Repair, REPAIRS } from './periodic-task.js';

/** One that takes longer goes on by itself: the others do not wait for what it waits for. */
const PATIENCE_MS = 2_000;

/** Runs the repairs whose time has come, in order; one that fails or hangs costs the others nothing. */
@Injectable()
export class SweepRepairs {
  readonly #logger = new Logger(SweepRepairs.name);
  readonly #ranAt = new Map<Repair, number>();
  readonly #running = new Set<Repair>();

  constructor(@Inject(REPAIRS) private readonly repairs: readonly Repair[]) {}

  async run(): Promise<void> {
    for (const repair of this.repairs) {
      if (this.#running.has(repair)) continue;
      if (performance.now() - (this.#ranAt.get(repair) ?? -Infinity) < repair.everyMs) continue;
      this.#ranAt.set(repair, performance.now());
      await withTimeout(PATIENCE_MS, this.#run(repair), () => {});
    }
  }

  async #run(repair: Repair): Promise<void> {
    this.#running.add(repair);
    try {
      await repair.run();
    } catch (error) {
      this.#logger.warn({ what: repair.what, err: error }, 'a repair failed; trying again');
    } finally {
      this.#running.delete(repair);
    }
  }
}
