/** The five characters with which Postgres names an error, or undefined for errors of others. */
export const sqlstateOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** The data is at fault (cardinality, data exception, constraint): trying again changes nothing. */
export const isDataError = (error: unknown): boolean => /^(21|22|23)/.test(sqlstateOf(error) ?? '');

/** "cached plan must not change result type". The code alone stands for any unsupported feature. */
export const isStalePlan = (error: unknown): error is Error =>
  sqlstateOf(error) === '0A000' &&
  (error as { routine?: unknown }).routine === 'RevalidateCachedQuery';

/** Another transaction was in the way; the whole statement may simply run again. */
export const isDeadlock = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlstateOf(error) ?? '');

/** Runs a single statement again where it lost against another. It must be one transaction. */
export async function retryingDeadlocks<T>(statement: () => Promise<T>, tries = 5): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await statement();
    } catch (error) {
      if (left <= 1 || !isDeadlock(error)) throw error;
    }
  }
}
