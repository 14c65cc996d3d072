/** Splits items into as few batches as possible in which no key occurs twice; the order per key is kept. */
export function uniqueBatches<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const seen = new Map<string, number>();
  const batches: T[][] = [];
  for (const item of items) {
    const key = keyOf(item);
    const batch = seen.get(key) ?? 0;
    seen.set(key, batch + 1);
    (batches[batch] ??= []).push(item);
  }
  return batches;
}
