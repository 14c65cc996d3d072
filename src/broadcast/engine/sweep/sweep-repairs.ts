import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Repair, REPAIRS } from './repair.js';

/** Runs the repairs whose time has come; one that fails costs the others nothing. */
@Injectable()
export class SweepRepairs {
  readonly #logger = new Logger(SweepRepairs.name);
  readonly #ranAt = new Map<Repair, number>();

  constructor(@Inject(REPAIRS) private readonly repairs: readonly Repair[]) {}

  async run(): Promise<void> {
    for (const repair of this.repairs) {
      if (performance.now() - (this.#ranAt.get(repair) ?? -Infinity) < repair.everyMs) continue;
      this.#ranAt.set(repair, performance.now());
      await repair
        .run()
        .catch((error: unknown) =>
          this.#logger.warn({ what: repair.what, err: error }, 'a repair failed; trying again'),
        );
    }
  }
}
