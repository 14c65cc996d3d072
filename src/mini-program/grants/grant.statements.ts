import type { HotStatement } from '../../database/hot-sql.js';
import { isLongTerm } from '../../templates/is-long-term.js';

/** What is known of somebody's grant. */
export interface GrantRow {
  readonly account_id: number;
  readonly openid: string;
  readonly template_id: string;
  readonly count: number;
  readonly void_until: Date | null;
  readonly owed: number;
  readonly owed_at: Date | null;
}

/** An acceptance that had not been pushed before. */
export interface FreshAcceptance {
  readonly account_id: number;
  readonly openid: string;
  readonly template_id: string;
  readonly at: Date;
  readonly times: number;
}

/** How many acceptances there are after a rejection. */
export interface LaterRow {
  readonly account_id: number;
  readonly openid: string;
  readonly template_id: string;
  readonly later: number;
}

/**
 * Locks the grants that events are about, and creates those that are missing: what follows in the same transaction sees
 * all earlier writes, and nobody writes beside it. $1 account ids, $2 openids, $3 template ids; each key once
 */
export const LOCK_GRANTS: HotStatement = {
  name: 'grants-lock',
  text: `
    insert into template_grant as g (account_id, openid, template_id, count, owed, updated_at)
    select k.account_id, k.openid, k.template_id, 0, 0, clock_now()
    from unnest($1::integer[], $2::text[], $3::text[]) as k (account_id, openid, template_id)
    order by k.account_id, k.openid collate "C", k.template_id collate "C"
    on conflict (account_id, openid, template_id) do update set account_id = excluded.account_id
    returning g.account_id, g.openid, g.template_id, g.count, g.void_until, g.owed, g.owed_at`,
};

/** Answers with the acceptances that are new. $1 account ids, $2 openids, $3 template ids, $4 when, $5 how many each stands for */
export const STORE_ACCEPTANCES: HotStatement = {
  name: 'grants-store-acceptances',
  text: `
    insert into grant_acceptance (account_id, openid, template_id, at, times)
    select a.account_id, a.openid, a.template_id, a.at, a.times
    from unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[])
      as a (account_id, openid, template_id, at, times)
    order by a.account_id, a.openid collate "C", a.template_id collate "C", a.at
    on conflict do nothing
    returning account_id, openid, template_id, at, times`,
};

/** $1 account ids, $2 openids, $3 template ids, $4 times of the rejections */
export const COUNT_LATER_ACCEPTANCES: HotStatement = {
  name: 'grants-count-later',
  text: `
    select r.account_id, r.openid, r.template_id,
      (select coalesce(sum(a.times), 0) from grant_acceptance a
        where a.account_id = r.account_id and a.openid = r.openid and a.template_id = r.template_id
          and a.at > r.at)::integer as later
    from unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[])
      as r (account_id, openid, template_id, at)`,
};

/** $1 account ids, $2 openids, $3 template ids, $4 counts, $5 void until, $6 owed; locked before */
export const WRITE_GRANTS: HotStatement = {
  name: 'grants-write',
  text: `
    update template_grant g
    set count = w.count, void_until = w.void_until, owed = w.owed, updated_at = clock_now()
    from unnest($1::integer[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::integer[])
      as w (account_id, openid, template_id, count, void_until, owed)
    where g.account_id = w.account_id and g.openid = w.openid and g.template_id = w.template_id`,
};

/**
 * Counts down by what sends have used up. Where the grant is not known yet, the send is owed: its push may be on its
 * way.
 * $1 account ids, $2 openids, $3 template ids, $4 how many; each key once
 */
export const SPEND_GRANTS: HotStatement = {
  name: 'grants-spend',
  text: `
    insert into template_grant as g (account_id, openid, template_id, count, owed, owed_at, updated_at)
    select s.account_id, s.openid, s.template_id, 0, s.times, clock_now(), clock_now()
    from unnest($1::integer[], $2::text[], $3::text[], $4::integer[])
      as s (account_id, openid, template_id, times)
    where not ${isLongTerm('s.account_id', 's.template_id')}
    order by s.account_id, s.openid collate "C", s.template_id collate "C"
    on conflict (account_id, openid, template_id) do update
    set count = greatest(0, g.count - excluded.owed),
        owed = g.owed + greatest(0, excluded.owed - g.count),
        owed_at = case when excluded.owed > g.count then excluded.owed_at else g.owed_at end,
        updated_at = excluded.updated_at`,
};

/**
 * WeChat says that nothing is left. Acceptances of the last seconds may still count: the call took a while, and
 * WeChat's times are whole seconds. The next send finds out one grant too many; nothing finds out one too few.
 * $1 account ids, $2 openids, $3 template ids; each key once
 */
export const EXHAUST_GRANTS: HotStatement = {
  name: 'grants-exhaust',
  text: `
    insert into template_grant as g (account_id, openid, template_id, count, void_until, owed, updated_at)
    select e.account_id, e.openid, e.template_id, 0,
      date_trunc('second', clock_now()) - interval '5 seconds', 0, clock_now()
    from unnest($1::integer[], $2::text[], $3::text[]) as e (account_id, openid, template_id)
    order by e.account_id, e.openid collate "C", e.template_id collate "C"
    on conflict (account_id, openid, template_id) do update
    set count = 0, owed = 0, void_until = greatest(g.void_until, excluded.void_until),
        updated_at = excluded.updated_at`,
};
