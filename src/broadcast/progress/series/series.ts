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

/** The last sample of each step, with the mean rate of all of them. */
function gathered(points: readonly SeriesPointView[], step: number): SeriesPointView[] {
  const steps = Map.groupBy(points, ({ at }) => Math.floor(at.getTime() / 1_000 / step));
  return [...steps.values()].flatMap((within) => {
    const last = within.at(-1);
    if (last === undefined) return [];
    const rate = within.reduce((sum, point) => sum + point.rate, 0) / within.length;
    return [
      Object.assign({ ...(last as object) } as SeriesPointView, {
        rate: Math.round(rate * 10) / 10,
      }),
    ];
  });
}
