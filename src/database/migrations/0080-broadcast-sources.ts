import { type Kysely, sql } from 'kysely';

export const name = '0080-broadcast-sources';

/**
 * What the audience of a broadcast is read from, from its start until everybody has a row: neither an upload nor a
 * month of deliveries goes meanwhile.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table broadcast_source (
      broadcast_id uuid not null
        constraint broadcast_source_broadcast_id_fkey references broadcast (id) on delete cascade,
      kind text not null
        constraint broadcast_source_kind_check check (kind in ('upload', 'broadcast', 'tag', 'saved')),
      -- an id as text: a tag's is a number
      source text not null,
      constraint broadcast_source_pkey primary key (broadcast_id, kind, source)
    )`.execute(db);
  await sql`create index broadcast_source_by_source on broadcast_source (kind, source)`.execute(db);
}
