import { type Kysely, sql } from 'kysely';

export const name = '0060-tests-of-drafts';

/** Which draft a test tried, and a hash of what it showed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table broadcast
      add column tests uuid constraint broadcast_tests_fkey references broadcast (id) on delete set null,
      add column test_basis text`.execute(db);
  await sql`create index broadcast_tests on broadcast (tests, id) where tests is not null`.execute(
    db,
  );
}
