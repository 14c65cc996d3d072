import type pg from 'pg';

/** The last migration of the former release. */
export const FORMER = '0016-single-messages';

const STATES = 'pending queued sending accepted delivered blocked failed refused unknown skipped';

/**
 * What a database of the former release holds after some months of use: rows in every table, deliveries in every
 * state. Its partitions are made as that release made them.
 */
export async function fillFormer(client: pg.ClientBase): Promise<void> {
  await client.query(
    [
      PARTITIONS,
      ACCOUNTS,
      FOLLOWERS,
      BROADCASTS,
      DELIVERIES,
      RECEIPTS,
      PACES,
      MINI_PROGRAMS,
      OTHERS,
    ].join(';\n'),
  );
}

const october = '0199a000-0000-7000-8000-000000000000';

const PARTITIONS = `
  create table delivery_2026_10 (like delivery including defaults including constraints) with (fillfactor = 60);
  alter table delivery attach partition delivery_2026_10
    for values from ('01990000-0000-7000-8000-000000000000') to ('019a0000-0000-7000-8000-000000000000');
  create table delivery_2026_11 (like delivery including defaults including constraints) with (fillfactor = 60);
  alter table delivery attach partition delivery_2026_11
    for values from ('019a0000-0000-7000-8000-000000000000') to ('019b0000-0000-7000-8000-000000000000');
  create table delivery_problem_2026_10 (like delivery_problem including defaults including constraints);
  alter table delivery_problem attach partition delivery_problem_2026_10
    for values from ('01990000-0000-7000-8000-000000000000') to ('019a0000-0000-7000-8000-000000000000');
  create table receipt_2026_10 (like receipt including defaults including constraints);
  alter table receipt attach partition receipt_2026_10 for values from ('2026-10-01') to ('2026-11-01')`;

const ACCOUNTS = `
  insert into account (appid, kind, name, callback_mode, token_mode, sends_per_second, sealed_secret,
    sealed_callback_token, held_at, fault, fault_at, callback_seen_at)
  values ('wx0000000000000001', 'service', 'one', 'plain', 'stable', 20, 'x', 'x', null, null, null, clock_now()),
    ('wx0000000000000002', 'mini_program', 'two', 'plain', 'plain', null, 'x', 'x', clock_now(),
      '{"code": "ip_not_allowed", "errcode": 40164}', clock_now(), null);
  insert into access_token (appid, mode, record, written_at)
    values ('wx0000000000000001', 'stable', '{"sealed": "x"}', clock_now());
  insert into template (account_id, template_id, title, content, example, primary_industry, deputy_industry, changed_at)
    values (1, 't1', 'title', '{{first.DATA}}', 'example', 'a', 'b', clock_now());
  insert into suppression (account_id, openid, reason, since) values (1, 'o-blocked', 'blocked', clock_now())`;

const FOLLOWERS = `
  insert into follower (account_id, openid, subscribed, as_of)
    select 1, 'o' || i, i % 10 <> 0, clock_now() from generate_series(1, 200) i;
  insert into follower_sync (account_id, walk, state, step, began_at, as_of, alive_at, seen, skipped)
    values (1, 3, 'running', 'reading', clock_now(), clock_now(), clock_now(), 200, 0);
  insert into follower_walk_page (account_id, after, openids) values (1, '', '{o1,o2}');
  insert into follower_parting (account_id, first_openid, openids) values (1, 'o3', '{o3,o4}')`;

const BROADCASTS = `
  insert into broadcast (id, account_id, name, channel, template_id, message, audience, state, created_at, started_at,
    ended_at, closed_at, start_at)
  select id::uuid, 1, state, 'template', 't1', '{"fields": {}}', '{"kind": "all"}', state::broadcast_state, clock_now(),
    case when state in ('running', 'finished', 'cancelled') then clock_now() end,
    case when state in ('finished', 'cancelled') then clock_now() end,
    case when state = 'finished' then clock_now() end,
    case when state = 'scheduled' then clock_now() + interval '1 hour' end
  from (values ('${october}', 'finished'), ('019a4001-0000-7000-8000-000000000000', 'running'),
    ('019a4002-0000-7000-8000-000000000000', 'draft'), ('019a4003-0000-7000-8000-000000000000', 'awaiting_approval'),
    ('019a4004-0000-7000-8000-000000000000', 'scheduled'), ('019a4005-0000-7000-8000-000000000000', 'cancelled'))
    b(id, state);
  insert into broadcast_hold (broadcast_id, reason, since, errcode) select id, 'problem', clock_now(), 40037
    from broadcast where state = 'running';
  insert into broadcast_event (broadcast_id, at, kind) select id, clock_now(), 'created' from broadcast;
  insert into broadcast_member (broadcast_id, openid) select id, 'o1' from broadcast where state = 'draft';
  insert into broadcast_cursor (broadcast_id, swept_at) select id, clock_now() from broadcast;
  insert into broadcast_brake (broadcast_id, brake, decided_at, tripped) select id, 'unknowns', clock_now(), true
    from broadcast where state = 'running';
  insert into idempotency_key (account_id, key, request_hash, broadcast_id, created_at)
    select 1, 'key-' || id, 'x', id, clock_now() from broadcast;
  insert into dedupe (account_id, openid, key, broadcast_id, expires_at)
    select 1, 'o1', 'key-' || id, id, clock_now() + interval '1 day' from broadcast`;

const DELIVERIES = `
  insert into delivery (broadcast_id, openid, account_id, state, attempts, msgid, errcode, claimed_at, in_doubt_since,
    not_before)
  select b.id, 'o' || i, 1, s.state::delivery_state, 1,
    case when s.state in ('accepted', 'delivered', 'blocked', 'failed') then 9007199254740993 + i end,
    case when s.state = 'refused' then 43004 end, clock_now(),
    case when s.state in ('sending', 'unknown') then clock_now() end, case when i % 20 = 0 then clock_now() end
  from broadcast b, generate_series(1, 200) i,
    lateral (select (string_to_array('${STATES}', ' '))[1 + i % 10] as state) s
  where b.state in ('running', 'finished');
  insert into delivery_problem (broadcast_id, state, errcode, openid)
    select '${october}', 'refused', 43004, 'o' || i from generate_series(1, 50) i;
  insert into broadcast_counter (broadcast_id, lane, ${STATES.split(' ').join(', ')})
    select id, 'lane', ${STATES.split(' ')
      .map(() => '20')
      .join(', ')} from broadcast where state in ('running', 'finished');
  insert into broadcast_error (broadcast_id, errcode, lane, count) values ('${october}', 43004, 'lane', 20);
  insert into broadcast_tally (broadcast_id, what, lane, count) values ('${october}', 'suppressed', 'lane', 20)`;

const RECEIPTS = `
  insert into receipt (account_id, msgid, openid, create_time, status, received_at, broadcast_id, look_at)
  select 1, 9007199254740993 + i, 'o' || i, '2026-10-15'::timestamptz, 'success', clock_now(),
    case when i % 2 = 0 then '${october}'::uuid end, case when i % 2 = 1 then clock_now() end
  from generate_series(1, 100) i;
  insert into receipt (account_id, msgid, openid, create_time, status, received_at)
    values (1, 5, 'o5', '1970-01-01', 'success', clock_now());
  insert into dead_push (account_id, appid, received_at, reason, digest, bytes, content)
    values (1, 'wx0000000000000001', clock_now(), 'unreadable', 'x', 3, '<x>')`;

const PACES = `
  insert into pace (account_id, rate, rate_changed_at, refilled_at, daily_limit, quota_learned_at)
    values (1, 50, clock_now(), clock_now(), 100000, clock_now());
  insert into release_turn (account_id, released_at) values (1, clock_now());
  insert into quota_day (account_id, day, ours, others) values (1, '2026-10-15', 200, 3), (1, '2026-11-15', 20, 0);
  insert into worker_process (id, slots, seen_at) values ('worker', 1000, clock_now())`;

const MINI_PROGRAMS = `
  insert into template_grant (account_id, openid, template_id, count, owed, updated_at)
    values (2, 'o1', 't2', 1, 0, clock_now()), (2, 'o2', 't2', 0, 0, clock_now());
  insert into grant_acceptance (account_id, openid, template_id, at) values (2, 'o1', 't2', clock_now());
  insert into form_id (account_id, openid, form_id, kind, use, collected_at, state)
    values (2, 'o1', 'form', 'form', 1, clock_now(), 'live'), (2, 'o1', 'gone', 'form', 1, clock_now(), 'dropped')`;

const OTHERS = `
  insert into api_key (name, hash, role) values ('first', 'x', 'admin');
  insert into session (hash, api_key_id, expires_at) values ('x', 1, clock_now() + interval '1 hour');
  insert into master_key_proof (id, sealed) values (1, 'x');
  insert into database_identity (system_identifier, seen_at) values ('7', clock_now())`;
