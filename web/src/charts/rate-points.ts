/** The counters at a moment. */
export interface Sample {
  readonly at: number;
  readonly accepted: number;
  readonly delivered: number;
  /** How many a second were allowed from then on; null where nobody knows. */
  readonly allowed: number | null;
  /** Milliseconds between two samples of its kind, where something moves. */
  readonly every: number;
}

/** How fast it went since the point before, in messages a second. */
export interface RatePoint {
  readonly at: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly allowed: number | null;
}

/** Receipts alone are sampled once a minute. */
const RECEIPTS_EVERY_MS = 60_000;
/** The service's samples lie on a grid, and each was counted at any moment before the next one. */
const GRID_MS = 5_000;

/**
 * Speeds of counters, the earliest first. Where nothing moves, samples are left out but for the first: what moves after
 * such a rest has moved within one step, and not slowly all the while.
 */
export function ratesOf(samples: readonly Sample[]): RatePoint[] {
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined) return [{ ...still(sample), allowed: sample.allowed }];
    const gap = sample.at - before.at;
    if (gap <= 0) return [];
    const isAfterRest = index < 2 || isSame(before, samples[index - 2]);
    const step =
      sample.accepted === before.accepted
        ? Math.max(sample.every, RECEIPTS_EVERY_MS)
        : sample.every;
    // Just after a start a sample may hold what was sent until the next one: no burst is made of that.
    const least = Math.min(sample.every, GRID_MS);
    const span = Math.max(least, isAfterRest ? Math.min(gap, step) : gap);
    const point: RatePoint = {
      at: sample.at,
      accepted: perSecond(sample.accepted - before.accepted, span),
      delivered: perSecond(sample.delivered - before.delivered, span),
      allowed: sample.allowed,
    };
    if (gap < span * 2) return [point];
    return [{ ...still(before), at: sample.at - span, allowed: before.allowed }, point];
  });
}

const still = ({ at }: Sample) => ({ at, accepted: 0, delivered: 0 });
const isSame = (one: Sample, other: Sample | undefined): boolean =>
  one.accepted === other?.accepted && one.delivered === other.delivered;
/** What was under review and then refused makes a counter smaller, which is no speed. */
const perSecond = (more: number, ms: number): number => Math.max(0, (more / ms) * 1_000);

/** At most so many points, each the mean of those that it stands for: for a table that somebody reads. */
export function thinned(points: readonly RatePoint[], most: number): RatePoint[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const group = points.slice(index * each, (index + 1) * each);
    const mean = (name: 'accepted' | 'delivered'): number =>
      group.reduce((sum, point) => sum + point[name], 0) / group.length;
    const last = group.at(-1);
    return {
      at: last?.at ?? 0,
      accepted: mean('accepted'),
      delivered: mean('delivered'),
      allowed: last?.allowed ?? null,
    };
  });
}
