import { CANARY_WAIT_MINUTES } from '../../engine/breakers/thresholds.js';
import { DELIVERY_STATES, OPEN_STATES } from '../../engine/record/states.js';
import type { Shown, ShownName } from './shown.js';

export type Phase =
  | 'draft'
  | 'awaiting_approval'
  | 'scheduled'
  | 'open'
  | 'receipts'
  | 'closing'
  | 'finished'
  | 'stopped'
  | 'cancelled';

/** In which phases a broadcast may be that is shown so. Where there are several names in a phase, more decides. */
export const PHASES_OF: Readonly<Record<ShownName, readonly Phase[]>> = {
  draft: ['draft'],
  awaiting_approval: ['awaiting_approval'],
  undo: ['scheduled'],
  scheduled: ['scheduled'],
  running: ['open'],
  waiting: ['open'],
  paused: ['open'],
  stale: ['open'],
  awaiting_receipts: ['receipts'],
  finished: ['receipts', 'finished'],
  stopped: ['closing', 'stopped'],
  cancelled: ['closing', 'cancelled'],
};

/** Where nothing more is sent, and what is there may be archived. */
export const ENDED_PHASES = [
  'receipts',
  'closing',
  'finished',
  'stopped',
  'cancelled',
] as const satisfies readonly Phase[];

/** Phases that say alone how a broadcast is shown. There may be a million of them. */
export const PLAIN_PHASES = [
  'draft',
  'awaiting_approval',
  'finished',
  'stopped',
  'cancelled',
] as const satisfies readonly (Phase & ShownName)[];

const SENT = DELIVERY_STATES.filter(
  (state) => state !== 'skipped' && !(OPEN_STATES as readonly string[]).includes(state),
).join(' + ');

/** A hold as one thing that stands in the way: the smallest rank is the one that is shown. */
const HOLD_AS_SHOWN = `
  select case when reason = 'stale' then 1
      when reason = 'canary' and code is not distinct from 'canary_waiting' then 6
      when reason = 'account' then 3 when reason = 'quota' then 4 when reason = 'hours' then 5
      else 2 end as rank,
    reason,
    case when code is not distinct from 'canary_waiting'
      then since + make_interval(mins => ${CANARY_WAIT_MINUTES}) else until end as until
  from broadcast_hold`;

/**
 * SQL of a lateral item `(state, reason, until, by)`: how the broadcast of that alias is shown. The one place that says
 * so, for a page, for filters and for counts. It reads a few rows by key: holds, the account, its pace, counters.
 */
export const shownOf = (b: string): string => `lateral (
  select
    case ${b}.state when 'running' then
        case when w.rank is null then 'running' when w.rank = 1 then 'stale' when w.rank = 2 then 'paused' else 'waiting' end
      when 'finished' then
        case when ${b}.receipts_closed_at is null and (
            select sum(accepted + reviewing) > 0 from broadcast_counter c where c.broadcast_id = ${b}.id
          ) then 'awaiting_receipts' else 'finished' end
      when 'cancelled' then
        case when coalesce(${b}.any_sent, ${b}.started_at is not null and (
            select sum(${SENT}) > 0 from broadcast_counter c where c.broadcast_id = ${b}.id
          )) then 'stopped' else 'cancelled' end
      when 'scheduled' then case when ${b}.undo_until > clock_now() then 'undo' else 'scheduled' end
      when 'draft' then 'draft' else 'awaiting_approval'
    end as state,
    case when w.rank > 1 then w.reason end as reason,
    case when ${b}.state <> 'scheduled' then w.until
      when ${b}.undo_until > clock_now() then ${b}.undo_until else ${b}.start_at end as until,
    case when ${b}.state = 'cancelled' or w.reason = 'operator' then (
      select e.actor from broadcast_event e
      where e.broadcast_id = ${b}.id and e.kind = case when ${b}.state = 'cancelled' then 'cancelled' else 'held' end
        and (${b}.state = 'cancelled' or e.data->>'reason' = 'operator')
      order by e.id desc limit 1
    ) end as by
  from (select) one
  left join lateral (
    select rank, reason, until from (
      ${HOLD_AS_SHOWN} where broadcast_id = ${b}.id
      union all
      select 3, 'account', null from account a
      where a.id = ${b}.account_id and (a.held_at is not null or a.fault is not null)
      union all
      select 7, 'wechat', p.paused_until from pace p
      where p.account_id = ${b}.account_id and p.paused_until > clock_now()
    ) standing
    order by rank limit 1
  ) w on ${b}.state = 'running'
) `;

/** As the statement gives it. */
export interface ShownColumns {
  readonly state: ShownName;
  readonly reason: Shown['reason'] | null;
  readonly until: Date | string | null;
  readonly by: Shown['by'] | null;
}

/** Members without a value are left out. */
export const toShown = ({ state, reason, until, by }: ShownColumns): Shown => ({
  state,
  ...(reason !== null && { reason }),
  ...(until !== null && { until: new Date(until).toISOString() }),
  ...(by !== null && { by }),
});
