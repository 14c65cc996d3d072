import { type Kysely, sql } from 'kysely';

export const name = '0061-nothing-half-given-starts';

/**
 * What of a draft could not be sent lies in `draft`. A process of an older release does not know the column and would
 * start the rest of it: so what has members there cannot begin. Rows of now are not looked at again, and new ones are.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    update broadcast set draft = null
    where draft is not null and state not in ('draft', 'awaiting_approval', 'cancelled')`.execute(
    db,
  );
  await sql`
    alter table broadcast add constraint broadcast_draft_check
      check (draft is null or state in ('draft', 'awaiting_approval', 'cancelled')) not valid`.execute(
    db,
  );
}
