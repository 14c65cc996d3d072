import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for an outcome. The bound only ends a run that has failed. */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  outcome: () => Promise<boolean> | boolean,
  everyMs = 100,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await outcome())) {
    if (performance.now() > deadline)
      throw new Error(`expected ${what} within ${timeoutMs} ms, and waited in vain`);
    await sleep(everyMs);
  }
}

/** Measures how long a value has not changed. To be slow is no fault, to stand still is one. */
export class StallDetector {
  #sight = '';
  #since = performance.now();

  /** The time since the value last changed. */
  unchangedMs(sight: unknown): number {
    const now = performance.now();
    const seen = JSON.stringify(sight);
    if (seen !== this.#sight) this.#since = now;
    this.#sight = seen;
    return now - this.#since;
  }
}

/** Asks again until an answer comes, because the asked process is away at times. */
export async function retryUntilAnswered<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RequestRefused) throw error;
      if (performance.now() > deadline)
        throw new Error(`${what} should succeed within ${timeoutMs} ms, and did not`, {
          cause: error,
        });
      await sleep(250);
    }
  }
}

/** A refusal, which a retry does not change. */
export class RequestRefused extends Error {}
