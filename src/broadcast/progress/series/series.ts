import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import type { BroadcastTables } from '../../engine/record/engine.tables.js';
import type { SeriesPointView, SeriesView } from './series.dto.js';

/** Samples are thinned to fewer. */
const MOST_SAMPLES = 2_000;
const POINTS = 500;
const SAMPLE_SECONDS = 5;

/** Read model: how a broadcast moved, from the samples that workers take of its counters. */
@Injectable()
export class Series {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  async of(broadcastId: string, asked: number | undefined): Promise<SeriesView> {
    const rows = await this.#db
      .selectFrom('broadcastSample')
      .selectAll()
      .where('broadcastId', '=', broadcastId)
      .orderBy('at')
      .limit(MOST_SAMPLES)
      .execute();
    const points = rows.map(({ broadcastId: _id, at, rate, allowed, ...counts }) => ({
      at,
      ...(Object.fromEntries(
        Object.entries(counts).map(([state, count]) => [state, Number(count)]),
      ) as Omit<SeriesPointView, 'at' | 'rate' | 'allowed'>),
      rate,
      allowed,
    }));
    const step = asked ?? stepFor(points);
    return { step, points: gathered(points, step) };
  }
}

/** So many seconds that there are few enough points, a multiple of what lies between two samples. */
function stepFor(points: readonly { readonly at: Date }[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return SAMPLE_SECONDS;
  const seconds = (last.at.getTime() - first.at.getTime()) / 1_000;
  return Math.max(1, Math.ceil(seconds / POINTS / SAMPLE_SECONDS)) * SAMPLE_SECONDS;
}

/** The last sample of each step, with the rate between the steps. */
function gathered(points: readonly SeriesPointView[], step: number): SeriesPointView[] {
  const steps = Map.groupBy(points, ({ at }) => Math.floor(at.getTime() / 1_000 / step));
  let before: SeriesPointView | undefined;
  return [...steps].flatMap(([place, within]) => {
    const last = within.at(-1);
    if (last === undefined) return [];
    const rate = rateFrom(before, within, place * step);
    before = last;
    return [Object.assign({ ...(last as object) } as SeriesPointView, { rate })];
  });
}

/**
 * What was sent since the step before, by the time that it took. A sample tells of the seconds up to it. Where the one
 * before says that nothing moved, those that are left out after it said the same: only this step counts.
 */
function rateFrom(
  before: SeriesPointView | undefined,
  within: readonly SeriesPointView[],
  beganAt: number,
): number {
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined) return 0;
  if (before === undefined && first === last) return tenths(last.rate);
  const since = before ?? first;
  const from = secondsOf(since);
  const restedTo = beganAt - SAMPLE_SECONDS;
  const seconds = secondsOf(last) - (since.rate > 0 ? from : Math.max(from, restedTo));
  return tenths(Math.max(0, sentIn(last) - sentIn(since)) / Math.max(SAMPLE_SECONDS, seconds));
}

const secondsOf = ({ at }: SeriesPointView): number => at.getTime() / 1_000;
const tenths = (rate: number): number => Math.round(rate * 10) / 10;
const sentIn = (point: SeriesPointView): number =>
  point.accepted +
  point.reviewing +
  point.delivered +
  point.blocked +
  point.failed +
  point.refused +
  point.unknown;
