export interface RefusedItem<T> {
  readonly item: T;
  readonly error: unknown;
}

/**
 * Does the work for all items at once. Where it fails because of one of them, the batch is halved down to it;
 * returned are the items that failed, and the work is done for all others. An error that is no item's fault is
 * thrown: the whole may be done again, so the work must be harmless to repeat. `alone` asks it to share nothing with
 * others: one of these items is known to fail it.
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
