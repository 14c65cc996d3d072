import { type Kysely, sql } from 'kysely';

export const name = '0005-templates';

/** Fields are not stored: they follow from `content`. A template that WeChat drops keeps its row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table template (
      account_id integer not null
        constraint template_account_id_fkey references account (id) on delete cascade,
      template_id text collate "C" not null,
      title text not null,
      content text not null,
      example text not null,
      primary_industry text not null,
      deputy_industry text not null,
      changed_at timestamptz not null,
      removed_at timestamptz,
      constraint template_pkey primary key (account_id, template_id)
    )`.execute(db);
}
