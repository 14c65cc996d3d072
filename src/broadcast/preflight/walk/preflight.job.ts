import { Injectable } from '@nestjs/common';
import { WorkJobs } from '../../../queue/work-jobs.js';
import { PREFLIGHT } from './preflight-nudges.js';
import { PreflightWalk } from './preflight-walk.js';
import { WalksRepository } from './walks.repository.js';

/** Takes preflights up as a job of the queue `work`, in each process one at a time: whoever is at it takes what waits. */
@Injectable()
export class PreflightWork {
  #busy = false;
  readonly #walks: WalksRepository;
  readonly #walk: PreflightWalk;

  /** Told at once: the queue may have jobs before all modules are initialised. */
  constructor(jobs: WorkJobs, walks: WalksRepository, walk: PreflightWalk) {
    this.#walks = walks;
    this.#walk = walk;
    jobs.learn(PREFLIGHT, (_: object, signal) => this.#work(signal));
  }

  async #work(signal: AbortSignal): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (!signal.aborted) {
        const taken = await this.#walks.take();
        if (taken === undefined) return;
        await this.#walk.run(taken, signal);
      }
    } finally {
      this.#busy = false;
    }
  }
}
