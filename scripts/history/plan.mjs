import { monthAhead } from '../../dist/broadcast/engine/storage/delivery-month.js';
import { hexOf, randomOf, seedOf } from './random.mjs';

/** An account grows from three quarters of its present followers. */
const FIRST_SIZE = 0.75;
/** As many of them leave while the history lasts. */
const LEAVE = 0.06;
/** Broadcasts lie in the first days of a month, so that each has ended, with its receipts, within it. */
const DAYS = 25;
const DAY_MS = 86_400_000;

/**
 * The broadcasts, the oldest first, in whole months before the present one. Each goes to the people of the ranks from
 * `lo` to below `hi`: who came first leaves first, and those who come have the highest ranks. The sizes add up to the
 * rows that were asked for.
 */
export function planOf({ rows, months, perMonth, seed, now }) {
  const count = months * perMonth;
  const weights = Array.from(
    { length: count },
    (_, k) => FIRST_SIZE + (1 - FIRST_SIZE) * shareOf(k, count),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const largest = rows / sum;
  const broadcasts = [];
  for (let index = 0, weighed = 0, hi = 0; index < count; index++) {
    const before = Math.round((rows * weighed) / sum);
    weighed += weights[index];
    const size = Math.round((rows * weighed) / sum) - before;
    hi = Math.max(hi, Math.floor(LEAVE * largest * shareOf(index, count)) + size);
    const month = monthAhead(now, Math.floor(index / perMonth) - months);
    const place = ((index % perMonth) + 0.5) / perMonth;
    const createdAt =
      Math.floor((month.from.getTime() + place * DAYS * DAY_MS) / 60_000) * 60_000 + 137;
    broadcasts.push({
      index,
      id: idOf(createdAt, randomOf(seedOf(seed, index))),
      month,
      lo: hi - size,
      hi,
      size,
      createdAt,
      isCancelled: index % 12 === 5,
      isArchived: index % 3 === 0 && index < count - perMonth,
    });
  }
  return broadcasts;
}

const shareOf = (index, count) => (count === 1 ? 1 : index / (count - 1));

/** A UUIDv7 whose random half comes from the seed. */
function idOf(at, random) {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${hexOf(random, 3)}-8${hexOf(random, 3)}-${hexOf(random, 12)}`;
}
