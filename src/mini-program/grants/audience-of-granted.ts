import { type RawBuilder, sql } from 'kysely';

/**
 * Everybody who holds a grant for the template, as `(openid, vars)`, to embed as a subquery. Where the outer query
 * bounds and orders it by openid, it is a range of the index of holders.
 */
export const audienceOfGranted = (
  accountId: number,
  templateId: string,
): RawBuilder<{ openid: string; vars: null }> =>
  sql`select openid, null::jsonb as vars from template_grant
    where account_id = ${accountId} and template_id = ${templateId} and count > 0`;
