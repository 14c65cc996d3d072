import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { SendingConfig } from '../../../config/config.js';
import type { BroadcastTables } from '../record/engine.tables.js';
import { phaseOf } from '../record/phase.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

const EVERY_SECONDS = 5;
/** A broadcast with so many samples loses every other one; between two looks come 120. */
const MOST = 1_800;
const THIN_EVERY_MS = 10 * 60_000;
/** Of those under way, the newest. */
const AT_ONCE = 2_000;

/**
 * Notes the counters of broadcasts under way each five seconds, for their curves: while they send, and more seldom while
 * receipts come. What says the same as the note before is left out, but for the first after a movement. The moments lie
 * on a grid, so that several workers write one note.
 */
@Injectable()
export class BroadcastSampling implements PeriodicTask {
  readonly what = 'samples of broadcasts';
  readonly everyMs = EVERY_SECONDS * 1_000;
  #thinnedAt = -Infinity;
  readonly #db: Kysely<BroadcastTables>;
  readonly #sending: SendingConfig;

  constructor(db: Kysely<BroadcastTables>, sending: SendingConfig) {
    this.#db = db;
    this.#sending = sending;
  }

  async run(): Promise<void> {
    await this.#note();
    if (performance.now() - this.#thinnedAt < THIN_EVERY_MS) return;
    this.#thinnedAt = performance.now();
    await this.#thin();
  }

  async #note(): Promise<void> {
    await sql`
      with due as materialized (
        select b.id, b.account_id, b.sends_per_second, b.started_at, moment.at
        from (
          select date_bin(make_interval(secs => ${EVERY_SECONDS}), clock_now(), 'epoch'::timestamptz) as at
        ) moment
        cross join unnest(array['open', 'closing', 'receipts']) as in_phase (phase)
        cross join lateral (
          select b.* from broadcast b
          where b.purpose = 'broadcast' and ${PHASE} = in_phase.phase
            and (in_phase.phase <> 'receipts' or b.ended_at > clock_now() - interval '2 minutes'
              or extract(epoch from moment.at)::bigint % 60 = 0)
          order by b.id desc limit ${AT_ONCE}
        ) b
      )
      insert into broadcast_sample (broadcast_id, at, open, accepted, reviewing, delivered, blocked, failed,
        refused, unknown, skipped, rate, allowed)
      select due.id, due.at, n.open, n.accepted, n.reviewing, n.delivered, n.blocked, n.failed, n.refused,
        n.unknown, n.skipped,
        greatest(0, n.sent - coalesce(last.sent, 0)) / ${SECONDS_OF_RATE}::real,
        least(p.rate, coalesce(a.sends_per_second, ${this.#sending.sendsPerSecond}), due.sends_per_second)
      from due
      join account a on a.id = due.account_id
      left join pace p on p.account_id = due.account_id
      cross join lateral (
        select coalesce(sum(pending + queued + sending), 0)::bigint as open, ${SUMS},
          coalesce(sum(${SENT}), 0)::bigint as sent
        from broadcast_counter c where c.broadcast_id = due.id
      ) n
      left join lateral (
        select s.at, s.open, s.skipped, s.rate, (${SENT})::bigint as sent, s.delivered, s.accepted, s.reviewing
        from broadcast_sample s where s.broadcast_id = due.id order by s.at desc limit 1
      ) last on true
      where last.at is null or last.at < due.at and (last.rate > 0
        or (n.open, n.skipped, n.sent, n.delivered, n.accepted, n.reviewing)
          is distinct from (last.open, last.skipped, last.sent, last.delivered, last.accepted, last.reviewing))
      on conflict do nothing`.execute(this.#db);
  }

  async #thin(): Promise<void> {
    await sql`
      delete from broadcast_sample s using (
        select counted.broadcast_id, counted.at from (
          select broadcast_id, at, row_number() over of_one as place, count(*) over (partition by broadcast_id) as n
          from broadcast_sample
          where broadcast_id in (
            select b.id from broadcast b
            where b.purpose = 'broadcast' and ${PHASE} in ('open', 'closing', 'receipts')
              and exists (select from broadcast_sample m where m.broadcast_id = b.id offset ${MOST})
          )
          window of_one as (partition by broadcast_id order by at)
        ) counted
        where counted.n > ${MOST} and counted.place % 2 = 0 and counted.place < counted.n
      ) gone
      where s.broadcast_id = gone.broadcast_id and s.at = gone.at`.execute(this.#db);
  }
}

/**
 * Over how many seconds something was sent. After a rest the moments in which nothing moved were left out: it was in the
 * last ones. After a movement the next moment is always noted: where it was not, nobody was there to look.
 */
const SECONDS_OF_RATE = sql.raw(`greatest(${EVERY_SECONDS}, extract(epoch from case
  when last.at is null then due.at - due.started_at when last.rate > 0 then due.at - last.at end))`);
const PHASE = sql.raw(phaseOf('b'));
const OUTCOMES = 'accepted reviewing delivered blocked failed refused unknown'.split(' ');
const SENT = sql.raw(OUTCOMES.join(' + '));
const SUMS = sql.raw(
  [...OUTCOMES, 'skipped']
    .map((state) => `coalesce(sum(${state}), 0)::bigint as ${state}`)
    .join(', '),
);
