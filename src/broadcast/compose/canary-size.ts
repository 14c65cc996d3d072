import { type RawBuilder, sql } from 'kysely';
import type { Canary } from '../engine/record/engine.tables.js';

/**
 * How many recipients the canary of a broadcast has, as a column of its row. A share is known once the audience is:
 * before that it is null, and expansion writes it at its end.
 */
export function canarySizeOf(
  canary: Canary | null,
  isExpanded: boolean,
): number | RawBuilder<number> | null {
  if (canary === null) return null;
  if ('first' in canary) return canary.first;
  if (!isExpanded) return null;
  return sql<number>`greatest(1, ceil(${canary.percent}::numeric / 100 * (
    select coalesce(sum(pending), 0) from broadcast_counter where broadcast_id = broadcast.id)))`;
}
