import type { Page } from './cursor.js';

/** Rows in the order of a key, of which some match a filter that no index knows. */
export interface Scan<Item> {
  /** The rows that match: one more than asked for, if there are so many. */
  readonly items: readonly Item[];
  /** How many rows were read to find them, and the key of the last one. */
  readonly read: number;
  readonly reached: string | null;
}

/**
 * A page of rows that match, from a scan of at most `scanLimit` rows: a filter that matches little gives
 * short pages, even empty ones, whose `next` goes on where the scan stopped. So a request reads a
 * bounded number of rows whatever it looks for.
 */
export function pageOfScan<Item>(
  { items, read, reached }: Scan<Item>,
  limit: number,
  scanLimit: number,
  keyOf: (item: Item) => string,
): Page<Item> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  if (items.length > limit && last !== undefined) return { items: shown, next: keyOf(last) };
  return { items: shown, next: read >= scanLimit ? reached : null };
}
