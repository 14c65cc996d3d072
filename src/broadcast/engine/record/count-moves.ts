import { DELIVERY_STATES, type DeliveryState } from './states.js';

/**
 * SQL that counts what a statement really changed, in the same transaction as the rows.
 * Reads a CTE `moves (broadcast_id, was, becomes)`; either side may be null (a new row).
 */
export const countMoves = (moves: string, lane: string): string => `
  insert into broadcast_counter (broadcast_id, lane, ${DELIVERY_STATES.join(', ')})
  select broadcast_id, ${lane},
    ${DELIVERY_STATES.map((state) => `count(*) filter (where becomes = '${state}') - count(*) filter (where was = '${state}')`).join(',\n    ')}
  from ${moves} group by broadcast_id order by broadcast_id
  on conflict (broadcast_id, lane) do update set
    ${DELIVERY_STATES.map((state) => `${state} = broadcast_counter.${state} + excluded.${state}`).join(',\n    ')}`;

/** Counts the rows of a CTE `moves (broadcast_id)` that all made the same move. */
export const countMove = (
  moves: string,
  lane: string,
  was: DeliveryState,
  becomes: DeliveryState,
): string => `
  insert into broadcast_counter (broadcast_id, lane, ${was}, ${becomes})
  select broadcast_id, ${lane}, -count(*), count(*)
  from ${moves} group by broadcast_id order by broadcast_id
  on conflict (broadcast_id, lane) do update set
    ${was} = broadcast_counter.${was} + excluded.${was},
    ${becomes} = broadcast_counter.${becomes} + excluded.${becomes}`;

/** Counts by errcode; reads a CTE `(broadcast_id, errcode, delta)`. */
export const countErrors = (errors: string, lane: string): string => `
  insert into broadcast_error (broadcast_id, errcode, lane, count)
  select broadcast_id, errcode, ${lane}, sum(delta) from ${errors}
  group by broadcast_id, errcode having sum(delta) <> 0
  order by broadcast_id, errcode
  on conflict (broadcast_id, errcode, lane) do update
    set count = broadcast_error.count + excluded.count`;

/** Counts what is counted beside the states; reads a CTE `(broadcast_id, what, delta)`. */
export const countTallies = (tallies: string, lane: string): string => `
  insert into broadcast_tally (broadcast_id, what, lane, count)
  select broadcast_id, what, ${lane}, sum(delta) from ${tallies}
  group by broadcast_id, what having sum(delta) <> 0
  order by broadcast_id, what
  on conflict (broadcast_id, what, lane) do update
    set count = broadcast_tally.count + excluded.count`;
