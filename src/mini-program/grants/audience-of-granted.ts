import { type RawBuilder, sql } from 'kysely';
import { inRange, type OpenidRange } from '../../database/openid-range.js';

/** A page of those who hold a grant for the template, as `(openid, vars)`: a range of the index of holders. */
export const audienceOfGranted = (
  accountId: number,
  templateId: string,
  range: OpenidRange,
): RawBuilder<unknown> =>
  sql`select openid, null::jsonb as vars from template_grant
    where account_id = ${accountId} and template_id = ${templateId} and count > 0 and ${inRange(range)}`;
