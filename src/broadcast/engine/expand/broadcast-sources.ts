import { sql, type Transaction } from 'kysely';
import { both } from '../../../kernel/bilingual.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { BroadcastTables } from '../record/engine.tables.js';

type Tx = Transaction<BroadcastTables>;

/** Something that an audience is read from. */
export interface Source {
  readonly kind: string;
  readonly source: string;
}

/** Where the ids of sources stand in an audience, at whatever depth. */
const PATHS = sql`(values
  ('upload', '$.**.uploadId'), ('broadcast', '$.**.broadcastId'), ('broadcast', '$.**.listOf'),
  ('saved', '$.**.audienceId'), ('tag', '$.**.any[*].id'), ('tag', '$.**.all[*].id'),
  ('tag', '$.**.none[*].id')) paths (kind, path)`;

/**
 * Lists what a broadcast that starts will be read from, so that none of it goes before everybody has a row. Whoever
 * removes an upload locks it and then looks here, so one of the two sees the other.
 */
export async function listSources(tx: Tx, broadcastId: string): Promise<void> {
  await forgetSources(tx, broadcastId);
  await sql`
    insert into broadcast_source (broadcast_id, kind, source)
    select distinct broadcast.id, paths.kind, found #>> '{}'
    from broadcast, ${PATHS}, jsonb_path_query(broadcast.audience, paths.path::jsonpath) found
    where broadcast.id = ${broadcastId}`.execute(tx);
  await sql`
    select from upload join broadcast_source s on s.kind = 'upload' and s.source::uuid = upload.id
    where s.broadcast_id = ${broadcastId} for share of upload`.execute(tx);
  const gone = await goneSource(tx, broadcastId);
  if (gone === undefined) return;
  throw new DomainError(
    'conflict',
    'audience_gone',
    both(
      `受众的来源 ${gone.kind} ${gone.source} 已不在，请更换受众。`,
      `a source of the audience is gone, ${gone.kind} ${gone.source}: pick another audience`,
      { ...gone },
    ),
  );
}

/** Everybody has a row, or nobody will get one any more. */
export const forgetSources = (tx: Tx, broadcastId: string): Promise<unknown> =>
  sql`delete from broadcast_source where broadcast_id = ${broadcastId}`.execute(tx);

/** A listed source that is not there any more. */
export async function goneSource(tx: Tx, broadcastId: string): Promise<Source | undefined> {
  const { rows } = await sql<Source>`
    select s.kind, s.source from broadcast_source s
    where s.broadcast_id = ${broadcastId} and not case s.kind
      when 'upload' then exists (
        select from upload u where u.id = s.source::uuid and u.state = 'ready' and u.purged_at is null)
      when 'broadcast' then exists (
        select from broadcast b where b.id = s.source::uuid and b.purged_at is null)
      when 'tag' then exists (
        select from tag t join broadcast b on b.account_id = t.account_id and b.id = s.broadcast_id
        where t.tag_id = s.source::integer and t.gone_at is null)
      else true end
    limit 1`.execute(tx);
  return rows[0];
}
