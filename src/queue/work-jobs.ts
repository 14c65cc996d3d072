import { Injectable } from '@nestjs/common';

/** What is done for a job of the queue `work`. Its row says how far it is: it may run twice, and stops on the signal. */
export type Work = (data: never, signal: AbortSignal) => Promise<void>;

/** The named jobs of the queue `work`. Whoever has one tells it before the process takes jobs. */
@Injectable()
export class WorkJobs {
  readonly #works = new Map<string, Work>();

  learn(name: string, work: Work): void {
    if (this.#works.has(name)) throw new Error(`there are two jobs called ${name}`);
    this.#works.set(name, work);
  }

  of(name: string): ((data: object, signal: AbortSignal) => Promise<void>) | undefined {
    return this.#works.get(name) as ReturnType<WorkJobs['of']>;
  }
}
