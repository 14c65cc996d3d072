import type { HotStatement } from '../../../database/hot-sql.js';

/** A broadcast whose canary is out, in one snapshot: its counters are those of the canary alone. */
export interface CanaryRow {
  readonly id: string;
  /** Code of the canary's hold; null while there is none. */
  readonly code: string | null;
  /** The hold has stood for longer than receipts are waited for. */
  readonly overdue: boolean;
  /** Messages of the canary that are still ours to bring to an end. */
  readonly open: boolean;
  /** There are recipients after the canary. */
  readonly more: boolean;
  readonly accepted: number;
  readonly reviewing: number;
  readonly delivered: number;
  readonly blocked: number;
  readonly failed: number;
  readonly refused: number;
  readonly unknown: number;
}

/**
 * Broadcasts whose canary was handed out whole, and that have not been let go on. Until then nothing beyond the canary
 * is handed out, so everything that was sent belongs to it. Rows of it that came back carry `not_before`, and no other
 * row does.
 *
 * $1 minutes that receipts are waited for
 */
export const CANARIES: HotStatement = {
  name: 'canaries',
  text: `
select b.id, h.code,
  coalesce(h.since <= clock_now() - make_interval(mins => $1::integer), false) as overdue,
  n.queued + n.sending > 0 or back.open as open,
  b.expanded_at is null or n.pending > 0 as more,
  n.accepted, n.reviewing, n.delivered, n.blocked, n.failed, n.refused, n.unknown
from broadcast b
join broadcast_cursor c on c.broadcast_id = b.id
left join broadcast_hold h on h.broadcast_id = b.id and h.reason = 'canary'
cross join lateral (
  select coalesce(sum(pending), 0)::float8 as pending, coalesce(sum(queued), 0)::float8 as queued,
    coalesce(sum(sending), 0)::float8 as sending, coalesce(sum(accepted), 0)::float8 as accepted,
    coalesce(sum(reviewing), 0)::float8 as reviewing,
    coalesce(sum(delivered), 0)::float8 as delivered, coalesce(sum(blocked), 0)::float8 as blocked,
    coalesce(sum(failed), 0)::float8 as failed, coalesce(sum(refused), 0)::float8 as refused,
    coalesce(sum(unknown), 0)::float8 as unknown
  from broadcast_counter where broadcast_id = b.id
) n
cross join lateral (
  select exists (
    select from delivery d
    where d.broadcast_id = b.id and d.not_before > '-infinity'
      and d.state in ('pending', 'queued', 'sending')
  ) as open
) back
where b.closed_at is null and b.started_at is not null and b.state = 'running'
  and b.canary is not null and b.canary_passed_at is null and c.handed_out >= b.canary_size`,
};
