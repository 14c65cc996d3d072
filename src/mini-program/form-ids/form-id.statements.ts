import type { HotStatement } from '../../database/hot-sql.js';
import { IS_YOUNG } from './form-id-life.js';

/** The use that a claim has found. */
export interface ClaimRow {
  readonly broadcast_id: string;
  readonly openid: string;
  readonly id: string;
  readonly form_id: string;
  readonly kind: 'form' | 'prepay';
  readonly takes: number;
  readonly fresh: boolean;
  /** WeChat has accepted it for this delivery already. */
  readonly spent: boolean;
}

/**
 * Gives each delivery the use of a form_id that it holds already, or the oldest live one of its openid.
 *
 * A batch names each openid of an account at most once. Of two callers for one delivery the second meets the unique
 * index of (broadcast_id, openid) and its whole statement fails: run again, it finds what the first has taken.
 *
 * $1 broadcast ids, $2 openids, $3 account ids
 *
 * @param locking what to do about uses that another transaction has locked
 */
const claim = (name: string, locking: string): HotStatement => ({
  name,
  text: `
with clock as materialized (select clock_now() as t),
asked as materialized (
  select * from unnest($1::uuid[], $2::text[], $3::integer[]) as a (broadcast_id, openid, account_id)
),
mine as materialized (
  select f.id
  from asked a
  join form_id f on f.broadcast_id = a.broadcast_id and f.openid = a.openid
  order by f.account_id, f.openid, f.id
  for no key update of f
),
again as (
  update form_id f set takes = f.takes + 1
  from mine
  where f.id = mine.id
  returning f.broadcast_id, f.openid, f.id, f.form_id, f.kind, f.takes,
    false as fresh, f.state = 'spent' as spent
),
wanting as materialized (
  select a.* from asked a
  where not exists (select from form_id f where f.broadcast_id = a.broadcast_id and f.openid = a.openid)
  order by a.account_id, a.openid collate "C"
),
oldest as materialized (
  select w.broadcast_id, live.id
  from wanting w
  cross join lateral (
    select f.id from form_id f
    where f.account_id = w.account_id and f.openid = w.openid and f.state = 'live'
      and ${IS_YOUNG}
    order by f.collected_at, f.id
    limit 1
    for no key update of f ${locking}
  ) live
),
taken as (
  update form_id f
  set state = 'held', broadcast_id = oldest.broadcast_id, held_at = clock.t, takes = f.takes + 1
  from oldest cross join clock
  where f.id = oldest.id
  returning f.broadcast_id, f.openid, f.id, f.form_id, f.kind, f.takes,
    true as fresh, false as spent
)
select * from again union all select * from taken`,
});

/** Skips the uses that other claims have locked. */
export const CLAIM_FORM_IDS = claim('form-ids-claim', 'skip locked');

/** Waits for the locked uses: another claim may roll back, or is just giving one back. */
export const CLAIM_LAST_FORM_IDS = claim('form-ids-claim-last', '');

/**
 * Writes what became of claims. A use that WeChat has accepted is spent, even if its delivery has claimed it again or
 * another process has given it back. The other outcomes count only while it has not been claimed again. A refused
 * form_id is dropped with all its live uses.
 *
 * A batch names each form_id at most once.
 *
 * $1 ids, $2 broadcast ids, $3 takes, $4 'spent', 'dropped' or 'live', $5 errcodes
 */
export const CONCLUDE_FORM_IDS: HotStatement = {
  name: 'form-ids-conclude',
  text: `
with told as materialized (
  select * from unnest($1::bigint[], $2::uuid[], $3::integer[], $4::text[], $5::integer[])
    as o (id, broadcast_id, takes, becomes, errcode)
),
uses as materialized (
  select f.id, told.id = f.id as own, told.broadcast_id, told.takes, told.becomes, told.errcode
  from told
  join form_id claimed on claimed.id = told.id
  join form_id f on f.account_id = claimed.account_id and f.form_id = claimed.form_id
    and (f.id = claimed.id or told.becomes = 'dropped')
  order by f.account_id, f.openid, f.id
  for no key update of f
)
update form_id f
set state = uses.becomes,
    broadcast_id = case when uses.becomes = 'spent' then uses.broadcast_id end,
    errcode = uses.errcode
from uses
where f.id = uses.id and case
  when not uses.own then f.state = 'live'
  when f.broadcast_id = uses.broadcast_id then
    f.state = 'held' and (uses.becomes = 'spent' or f.takes = uses.takes)
  else uses.becomes = 'spent' and f.state = 'live'
end`,
};
