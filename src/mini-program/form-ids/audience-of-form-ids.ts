import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../../database/openid-range.js';
import { IS_YOUNG } from './form-id-life.js';

/** A page of those with a live form_id, as `(openid, vars)`: a range of the index of openids. */
export const audienceOfFormIds = (accountId: number, range: OpenidRange): RawBuilder<unknown> =>
  // `distinct on` reads the index in order and stops at the limit.
  sql`select distinct on (openid) openid, null::jsonb as vars from form_id
    where account_id = ${accountId} and state = 'live' and ${sql.raw(IS_YOUNG)} and ${inRange(range)}`;
