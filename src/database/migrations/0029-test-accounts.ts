import { type Kysely, sql } from 'kysely';

export const name = '0029-test-accounts';

/** WeChat's test accounts (测试号) have templates with free names, whose values it does not check. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table account add column test_account boolean not null default false`.execute(db);
}
