export interface RefusedItem<T> {
  readonly item: T;
  readonly error: unknown;
}

/**
 * Does the work for all items at once. Where the work fails because of one of them, the batch is halved down to that
 * item: the items that failed are returned, and the work is done for all others. An error that is no item's fault is
 * thrown. Work is repeated, so it must be harmless to repeat. `alone` asks the work to share nothing with other
 * batches, because one of these items makes it fail.
 */
export async function bisect<T>(
  items: readonly T[],
  work: (items: readonly T[], alone: boolean) => Promise<void>,
  isFaultOfItem: (error: unknown) => boolean = () => true,
  alone = false,
): Promise<RefusedItem<T>[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    await work(items, alone);
    return [];
  } catch (error) {
    if (!isFaultOfItem(error)) throw error;
    if (items.length === 1) return [{ item: first, error }];
  }
  const middle = items.length >> 1;
  return [
    ...(await bisect(items.slice(0, middle), work, isFaultOfItem, true)),
    ...(await bisect(items.slice(middle), work, isFaultOfItem, true)),
  ];
}
