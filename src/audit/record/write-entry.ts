import { type Kysely, sql } from 'kysely';
import { actorNow } from '../../kernel/acting.js';
import type { Change } from './change.js';
import { shownChanges } from './shown-changes.js';
import { masked } from './shown-value.js';

const LONGEST_REASON = 500;

/** Writes the entry of a change, in the transaction of that change; none where nothing differs. */
export async function writeEntry<Tables>(tx: Kysely<Tables>, change: Change): Promise<void> {
  const shown = shownChanges(change);
  if (shown === undefined) return;
  const { action, target, appid = null, accountId = null, reason } = change;
  const { kind, id = null, name, ip = null, requestId = null } = actorNow();
  const said = reason === undefined ? null : masked(reason).slice(0, LONGEST_REASON);
  await sql`
    insert into audit_entry (id, at, actor_kind, actor_id, actor_name, ip, action, target_kind, target_id,
      account_id, appid, before, after, cut, request_id, reason)
    select ${ID}, at, ${kind}, ${id}::bigint, ${name}, ${ip}, ${action}, ${target.kind}, ${String(target.id)},
      coalesce(${accountId}::integer, (select a.id from account a where a.appid = ${appid})),
      coalesce(${appid}, (select a.appid from account a where a.id = ${accountId}::integer)),
      ${jsonOf(shown.before)}::jsonb, ${jsonOf(shown.after)}::jsonb, ${shown.cut}, ${requestId}, ${said}
    from clock_now() as at`.execute(tx);
}

/** A UUIDv7 of `at`: 12 hex digits of milliseconds, the version, and random digits. */
const ID = sql<string>`
  (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;

/** PostgreSQL's jsonb takes no NUL. */
const jsonOf = (shown: object | null): string | null =>
  shown === null ? null : JSON.stringify(shown).replaceAll('\\u0000', '');
