import type { HotStatement } from '../../../database/hot-sql.js';
import { countMove } from '../record/count-moves.js';

export interface AcceptedClaim {
  readonly broadcast_id: string;
  readonly openid: string;
  readonly account_id: number;
  readonly msgid: string | null;
}

/**
 * Writes the acceptances of one flush whose rows are still `sending`, as nearly all are. It returns the rows that it
 * moved. All others it has left as they were: `SETTLE` judges them.
 *
 * It locks the rows in the order in which it is given them. The caller sorts them, as every other statement does.
 *
 * $1 broadcast ids, $2 openids, $3 attempt groups, $4 msgids, $5 lane
 */
export const ACCEPT: HotStatement = {
  name: 'accept',
  text: `
with clock as materialized (select clock_now() as t),
said as materialized (
  select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::bigint[])
    as s (b, o, attempt_group, msgid)
),
moved as (
  update delivery d set
    state = 'accepted',
    msgid = s.msgid,
    not_before = null,
    settled_at = clock.t,
    errcode = null,
    rid = null
  from said s cross join clock
  where d.broadcast_id = s.b and d.openid = s.o
    and d.state = 'sending' and d.attempt_group = s.attempt_group
  returning d.broadcast_id, d.openid, d.account_id, d.msgid
),
counted as (${countMove('moved', '$5', 'sending', 'accepted')})
select broadcast_id, openid, account_id, msgid from moved`,
};
