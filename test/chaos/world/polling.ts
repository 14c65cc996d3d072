import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for an outcome; the bound only ends a run that has failed. */
export async function waitUntil(
  what: string,
  patienceMs: number,
  outcome: () => Promise<boolean> | boolean,
  everyMs = 100,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await outcome())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(everyMs);
  }
}

/** Patience that begins anew with whatever moves: being slow is no fault, standing still is. */
export class StallDetector {
  #sight = '';
  #since = performance.now();

  /** For how long what is looked at has been the same, ms. */
  unchangedMs(sight: unknown): number {
    const now = performance.now();
    const seen = JSON.stringify(sight);
    if (seen !== this.#sight) this.#since = now;
    this.#sight = seen;
    return now - this.#since;
  }
}

/** Asks again while nobody answers: what is asked for is away now and then. */
export async function retryUntilAnswered<T>(
  what: string,
  patienceMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RequestRefused) throw error;
      if (performance.now() > deadline) throw new Error(`${what} failed`, { cause: error });
      await sleep(250);
    }
  }
}

/** An answer that asking again does not change. */
export class RequestRefused extends Error {}
