/** Above every openid: they are letters, digits, `_` and `-`. */
const BEYOND = `'~'`;

/**
 * That `d` belongs to a broadcast and its openid lies beyond one and not beyond another. As ranges of both key columns
 * at once, to be ordered by both: then the primary key is the only index that has them in order. With `broadcast_id =`
 * the planner takes the index of openids for as good where the statistics know one broadcast alone, and reads
 * everybody's deliveries of a month for a page of a small one.
 */
export const deliveriesOf = (broadcastId: string, after = `''`, upTo = BEYOND): string =>
  `(d.broadcast_id, d.openid) > (${broadcastId}, ${after} collate "C")
    and (d.broadcast_id, d.openid) <= (${broadcastId}, ${upTo} collate "C")`;

/**
 * Joins `d`, the delivery of a single message. Asked one by one: for the order in which a statement wants its rows the
 * planner would otherwise read a month of deliveries from the beginning.
 */
export const onlyDeliveryOf = (broadcastId: string): string => `lateral (
    select d.* from delivery d
    where ${deliveriesOf(broadcastId)}
    order by d.broadcast_id, d.openid limit 1
  ) d`;
