import { sql } from 'kysely';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type HoldReason,
} from '../../../../src/broadcast/engine/record/states.js';
import type { EngineWorld } from '../../../support/worlds/engine-world.js';

/** One recipient at the beginning; intervals say how long ago. */
export interface SceneRow {
  readonly openid: string;
  readonly state: DeliveryState;
  readonly attempts?: number;
  readonly nudge?: number;
  /** Counted from the scene's own first msgid. */
  readonly msgid?: number;
  readonly claimed?: string;
  readonly doubt?: string;
  readonly due?: string;
  readonly queued?: string;
  readonly errcode?: number;
}

export interface SceneOptions {
  /** Everybody of them is on record, or `members` are still to come. */
  readonly members?: readonly string[];
  readonly holds?: readonly HoldReason[];
  /** Rows up to here were handed out. */
  readonly releasedTo?: string;
}

/** Puts a broadcast and its deliveries where they are to begin, with counters and problems that agree. */
export async function writeScene(
  { db, accountId }: EngineWorld,
  scene: { readonly id: string; readonly firstMsgid: number; readonly rows: readonly SceneRow[] },
  { members = [], holds = [], releasedTo = '' }: SceneOptions,
): Promise<void> {
  await sql`
      insert into broadcast (id, account_id, channel, template_id, message, audience, state, resend_failed,
        created_at, started_at, expanded_at, expand_progress_at)
      values (${scene.id}, ${accountId}, 'template', 't', '{"fields":{}}',
        ${JSON.stringify({ kind: 'openids', count: members.length })}, 'running', true,
        clock_now(), clock_now() - interval '5 seconds', ${members.length > 0 ? null : sql`clock_now()`}, clock_now())`.execute(
    db,
  );
  await sql`
      with delivery as (
        insert into delivery (broadcast_id, openid, account_id, state, attempts, nudge, msgid, errcode,
          queued_at, claimed_at, in_doubt_since, not_before, settled_at)
        select ${scene.id}::uuid, openid, ${accountId}, state, coalesce(attempts, 0), coalesce(nudge, 0),
          ${scene.firstMsgid}::bigint + msgid, errcode,
          case when nudge > 0 then clock_now() - coalesce(queued, '0') end,
          clock_now() - claimed, clock_now() - doubt, clock_now() - due,
          case when state not in ('pending', 'queued', 'sending') then clock_now() end
        from jsonb_to_recordset(${JSON.stringify(scene.rows)}::jsonb) as r (openid text,
          state delivery_state, attempts integer, nudge integer, msgid integer, errcode integer,
          claimed interval, doubt interval, due interval, queued interval)
        returning state, openid, errcode
      ),
      problem as (
        insert into delivery_problem (broadcast_id, state, errcode, openid)
        select ${scene.id}::uuid, state, coalesce(errcode, 0), openid from delivery
        where state in ('refused', 'unknown')
      ),
      error as (
        insert into broadcast_error (broadcast_id, errcode, lane, count)
        select ${scene.id}::uuid, errcode, 'before', count(*) from delivery
        where state in ('refused', 'unknown') and errcode <> 0 group by errcode
      )
      insert into broadcast_counter (broadcast_id, lane, ${sql.join(DELIVERY_STATES.map((s) => sql.ref(s)))})
      select ${scene.id}::uuid, 'before', ${sql.join(
        DELIVERY_STATES.map((s) => sql`count(*) filter (where state = ${sql.lit(s)})`),
      )}
      from delivery`.execute(db);
  await sql`
      insert into broadcast_member (broadcast_id, openid)
      select ${scene.id}::uuid, unnest(${members}::text[])`.execute(db);
  await sql`
      insert into broadcast_cursor (broadcast_id, released_to, swept_at)
      values (${scene.id}, ${releasedTo}, '-infinity')`.execute(db);
  for (const reason of holds)
    await sql`
        insert into broadcast_hold (broadcast_id, reason, since)
        values (${scene.id}, ${reason}, clock_now())`.execute(db);
}
