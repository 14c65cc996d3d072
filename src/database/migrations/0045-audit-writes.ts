import { type Kysely, sql } from 'kysely';

export const name = '0045-audit-writes';

/**
 * Writes an entry, also while its month is being attached: what was on its way to the default partition is refused
 * there from then on (23514), and finds the month when it is written anew. The id is a UUIDv7 of `at`: 12 hex digits of
 * milliseconds, the version, and random digits.
 *
 * Parameters: the actor's kind, id and name; ip; action; the target's kind and id (null: the account's appid); our id of
 * the account, or its appid; before; after; cut; request id; reason.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function write_audit_entry(
      text, bigint, text, text, text, text, text, integer, text, jsonb, jsonb, boolean, text, text
    ) returns void language plpgsql as $$
    declare
      now_at constant timestamptz := clock_now();
      known_id constant integer := coalesce($8, (select a.id from account a where a.appid = $9));
      known_appid constant text := coalesce($9, (select a.appid from account a where a.id = $8));
      entry_id constant uuid := (
        lpad(to_hex(floor(extract(epoch from now_at) * 1000)::bigint), 12, '0') || '7'
        || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid;
    begin
      for attempt in 1..5 loop
        begin
          insert into audit_entry (id, at, actor_kind, actor_id, actor_name, ip, action, target_kind,
            target_id, account_id, appid, before, after, cut, request_id, reason)
          values (entry_id, now_at, $1, $2, $3, $4, $5, $6,
            coalesce($7, known_appid), known_id, known_appid, $10, $11, $12, $13, $14);
          return;
        exception when check_violation then
          if attempt = 5 then raise; end if;
        end;
      end loop;
    end $$`.execute(db);
}
