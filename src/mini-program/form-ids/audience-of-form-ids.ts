import { type RawBuilder, sql } from 'kysely';
import { IS_YOUNG } from './form-id-life.js';

/**
 * Everybody of the account with a live form_id, as `(openid, vars)`, to embed as a subquery. Bounded and ordered by
 * openid from outside it is a range of an index, which alone answers it.
 */
export const audienceOfFormIds = (accountId: number): RawBuilder<{ openid: string; vars: null }> =>
  // Takes the order of the index as it is; the limit outside is not seen from here.
  sql`select distinct on (openid) openid, null::jsonb as vars from form_id
    where account_id = ${accountId} and state = 'live' and ${sql.raw(IS_YOUNG)}
    order by openid`;
