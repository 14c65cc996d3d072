/**
 * The result of the work, or of `onTimeout` if the work takes too long; without `onTimeout` it throws. The work goes on,
 * and its result is dropped. The wait keeps no process alive.
 */
export async function withTimeout<Result, Late = never>(
  ms: number,
  work: Promise<Result>,
  onTimeout: () => Late = () => {
    throw new Error(`no answer within ${ms} ms`);
  },
): Promise<Result | Late> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms).unref();
  try {
    return await Promise.race([work, timeIsUp.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}
