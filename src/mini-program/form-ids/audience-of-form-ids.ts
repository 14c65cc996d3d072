import { type RawBuilder, sql } from 'kysely';
import { IS_YOUNG } from './form-id-life.js';

/**
 * Everybody of the account with a live form_id, as `(openid, vars)`, to embed as a subquery. Where the outer query
 * bounds and orders it by openid, one range of an index answers it alone.
 */
export const audienceOfFormIds = (accountId: number): RawBuilder<{ openid: string; vars: null }> =>
  // `distinct on` reads the index in order and stops at the outer limit.
  sql`select distinct on (openid) openid, null::jsonb as vars from form_id
    where account_id = ${accountId} and state = 'live' and ${sql.raw(IS_YOUNG)}
    order by openid`;
