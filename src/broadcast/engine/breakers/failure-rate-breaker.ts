import type { Bilingual } from '../../../kernel/bilingual.js';
import { seen } from '../holds/seen.js';
import { Injectable, Logger } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import {
  decide,
  FAILURE_RATE_THRESHOLDS,
  type FailureRateCode,
  type FailureRateThreshold,
} from './thresholds.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { blocks, refusals, wrongAccount } from './breaker-texts.js';
import { Holds } from '../holds/holds.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** What the counters say of a broadcast that sends. */
interface Figures {
  readonly id: string;
  /** Answered by WeChat, or given up without an answer. */
  readonly sent: number;
  readonly refused: number;
  readonly receipts: number;
  readonly blocked: number;
  readonly errors: readonly { errcode: number; count: number }[];
  readonly decided: readonly { brake: string; tripped: boolean }[];
}

/** The openid is not one of this account, in WeChat's two words for it. */
const STRANGER: ReadonlySet<number> = new Set([40003, 49003]);

/** Holds a broadcast of which too many messages end badly in the same way. It reads counters, never deliveries. */
@Injectable()
export class FailureRateBreaker implements PeriodicTask {
  readonly what = 'failure rates';
  readonly everyMs = 0;
  readonly #logger = new Logger(FailureRateBreaker.name);
  readonly #db: Kysely<BroadcastTables>;
  readonly #holds: Holds;

  constructor(db: Kysely<BroadcastTables>, holds: Holds) {
    this.#db = db;
    this.#holds = holds;
  }

  async run(): Promise<void> {
    for (const figures of await this.#figures()) await this.#judge(figures);
  }

  async #judge(figures: Figures): Promise<void> {
    const decided = new Set(figures.decided.map(({ brake }) => brake));
    for (const [code, threshold] of Object.entries(FAILURE_RATE_THRESHOLDS) as [
      FailureRateCode,
      FailureRateThreshold,
    ][]) {
      if (decided.has(code)) continue;
      const { part, whole, errcode, words } = readings[code](figures);
      const verdict = decide(threshold, part, whole);
      if (verdict === 'is over') await this.#leaveAlone(figures.id, code);
      if (verdict !== 'trips') continue;
      const hold = { reason: 'problem', code, errcode, ...seen(words()) } as const;
      if (!(await this.#holds.trip(figures.id, code, hold))) continue;
      this.#logger.warn({ broadcastId: figures.id, code, part, whole }, 'broadcast held');
      return;
    }
  }

  /** Writes down that this breaker's time is over for the broadcast, for all workers, also those that start later. */
  async #leaveAlone(broadcastId: string, code: FailureRateCode): Promise<void> {
    await this.#db
      .insertInto('broadcastBrake')
      .values({ broadcastId, brake: code, decidedAt: sql<Date>`clock_now()`, tripped: false })
      .onConflict((oc) => oc.doNothing())
      .execute();
  }

  async #figures(): Promise<Figures[]> {
    const least = Math.min(...Object.values(FAILURE_RATE_THRESHOLDS).map(({ from }) => from));
    const { rows } = await sql<Figures>`
      select b.id, n.*,
        (select coalesce(json_agg(json_build_object('errcode', errcode, 'count', count)), '[]') from (
          select errcode, sum(count)::integer as count from broadcast_error
          where broadcast_id = b.id group by errcode having sum(count) > 0 order by 2 desc
        ) e) as errors,
        (select coalesce(json_agg(json_build_object('brake', brake, 'tripped', tripped)), '[]')
          from broadcast_brake where broadcast_id = b.id) as decided
      from broadcast b
      cross join lateral (
        select coalesce(sum(accepted + reviewing + delivered + blocked + failed + refused + unknown), 0)::float8 as sent,
          coalesce(sum(refused), 0)::float8 as refused,
          coalesce(sum(delivered + blocked + failed), 0)::float8 as receipts,
          coalesce(sum(blocked), 0)::float8 as blocked
        from broadcast_counter where broadcast_id = b.id
      ) n
      where b.closed_at is null and b.started_at is not null
        and b.state = 'running' and b.purpose = 'broadcast' and n.sent >= ${least}
        and not exists (
          select from broadcast_hold h where h.broadcast_id = b.id and h.reason = 'problem'
        )`.execute(this.#db);
    return rows;
  }
}

interface Reading {
  readonly part: number;
  readonly whole: number;
  readonly errcode: number | null;
  readonly words: () => Bilingual;
}

const strangersOf = ({ errors }: Figures): number =>
  errors.reduce((sum, { errcode, count }) => sum + (STRANGER.has(errcode) ? count : 0), 0);

/** What each threshold is compared with. */
const readings: Readonly<Record<FailureRateCode, (figures: Figures) => Reading>> = {
  wrong_account: (figures) => {
    const share = { part: strangersOf(figures), whole: figures.sent };
    const errcode = figures.errors.find((error) => STRANGER.has(error.errcode))?.errcode ?? null;
    return { ...share, errcode, words: () => wrongAccount(share) };
  },
  refusals: (figures) => {
    // Where the breaker for strangers has tripped and a person went on, strangers do not count again.
    const known = figures.decided.some((d) => d.brake === 'wrong_account' && d.tripped);
    const share = {
      part: Math.max(0, figures.refused - (known ? strangersOf(figures) : 0)),
      whole: figures.sent,
    };
    const errcode = figures.errors[0]?.errcode ?? null;
    return { ...share, errcode, words: () => refusals(share, figures.errors) };
  },
  blocks: (figures) => {
    const share = { part: figures.blocked, whole: figures.receipts };
    return { ...share, errcode: null, words: () => blocks(share) };
  },
};
