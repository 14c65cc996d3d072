import { type Kysely, sql } from 'kysely';

export const name = '0059-confirmations';

/** What a person or a key was shown before a start, and must be as it was when they start. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table confirmation (
      -- sha-256: the token is known to whoever asked for it alone
      token_hash bytea constraint confirmation_pkey primary key,
      broadcast_id uuid not null constraint confirmation_broadcast_id_fkey references broadcast (id) on delete cascade,
      verb text not null,
      -- who was shown it
      person text not null,
      -- of the broadcast that was shown
      etag integer not null,
      -- when its template had changed last, as far as we knew
      template_changed_at timestamptz,
      recipients bigint not null,
      -- what is to be typed; null where nothing is
      type text,
      expires_at timestamptz not null,
      spent_at timestamptz
    )`.execute(db);
  await sql`create index confirmation_broadcast_id on confirmation (broadcast_id)`.execute(db);
  await sql`create index confirmation_expires_at on confirmation (expires_at)`.execute(db);
}
