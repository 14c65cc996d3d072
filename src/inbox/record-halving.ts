import { isDataError } from '../database/sqlstate.js';

export interface RefusedItem<T> {
  readonly item: T;
  readonly error: unknown;
}

/**
 * Records all items at once. Where the database refuses what one of them says, the batch is halved down to it;
 * returned are those it refused, and all others are recorded. Any other error is thrown: the whole may be recorded
 * again, so `record` must be harmless to repeat. `alone` asks it to share no statement with others: one of these is
 * known to fail it.
 */
export async function recordHalving<T>(
  items: readonly T[],
  record: (items: readonly T[], alone: boolean) => Promise<void>,
  alone = false,
): Promise<RefusedItem<T>[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    await record(items, alone);
    return [];
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (items.length === 1) return [{ item: first, error }];
  }
  const middle = items.length >> 1;
  return [
    ...(await recordHalving(items.slice(0, middle), record, true)),
    ...(await recordHalving(items.slice(middle), record, true)),
  ];
}
