/** Above every openid: they are letters, digits, `_` and `-`. */
const BEYOND = `'~'`;

/**
 * Says that `d` belongs to a broadcast, and that its openid lies after one and not after another. It compares both key
 * columns at once, and the statement orders by both: then the primary key is the only index that has the rows in order.
 * With `broadcast_id =`, while the statistics know one broadcast only, the planner takes the index of openids for as
 * good, and reads all deliveries of a month for a page of a small broadcast.
 */
export const deliveriesOf = (broadcastId: string, after = `''`, upTo = BEYOND): string =>
  `(d.broadcast_id, d.openid) > (${broadcastId}, ${after} collate "C")
    and (d.broadcast_id, d.openid) <= (${broadcastId}, ${upTo} collate "C")`;

/**
 * Joins `d`, the delivery of a single message. The deliveries are looked up one by one: otherwise the planner, for the
 * order in which the statement wants them, would read a month of deliveries from the beginning.
 */
export const onlyDeliveryOf = (broadcastId: string): string => `lateral (
    select d.* from delivery d
    where ${deliveriesOf(broadcastId)}
    order by d.broadcast_id, d.openid limit 1
  ) d`;
