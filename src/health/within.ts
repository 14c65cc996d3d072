import { setTimeout as sleep } from 'node:timers/promises';

/** The result, or an error once it has taken too long; the work itself goes on unheard. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(ms, undefined, { signal: patience.signal, ref: false }).then((): never => {
        throw new Error(`no answer within ${ms} ms`);
      }),
    ]);
  } finally {
    patience.abort();
  }
}
