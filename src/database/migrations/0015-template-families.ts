import { type Kysely, sql } from 'kysely';

export const name = '0015-template-families';

/**
 * Templates come from two lists of WeChat's: `private` ones of template messages, `subscription` ones of
 * subscription messages. Of the latter the list says more than the content does: how long a grant lasts, and which
 * values a field may have.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table template
      add column family text not null default 'private'
        constraint template_family_check check (family in ('private', 'subscription')),
      add column grant_kind text
        constraint template_grant_kind_check check (grant_kind in ('one_time', 'long_term')),
      add column enums jsonb not null default '{}'`.execute(db);
}
