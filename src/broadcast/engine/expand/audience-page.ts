import { type RawBuilder, sql } from 'kysely';
import { type AudienceOf, audienceQuery } from './audience-query.js';

/** Before a page, in its transaction: without statistics the planner would sort the whole audience for each. */
export const readsInOrder = sql`set local enable_bitmapscan = off`;

/**
 * A page of an audience, to stand in a `with`: `recipients (openid, vars)`, and one row `page_end (horizon, done,
 * sources, duplicates, excluded)`. The next page begins behind the horizon.
 */
export function audiencePage(
  of: AudienceOf,
  after: string,
  limit: number,
  listed?: readonly string[],
): { readonly ctes: RawBuilder<unknown> } {
  const audience =
    listed === undefined
      ? audienceQuery(of)
      : sql`select openid collate "C" as openid, null::jsonb as vars from unnest(${[...listed]}::text[]) given (openid)`;
  return {
    ctes: sql`
    recipients as materialized (
      select openid, vars from (${audience}) audience
      where openid > ${after} collate "C" order by openid limit ${limit}
    ),
    page_end as materialized (
      select case when count(*) = ${limit} then max(openid) else '~' end as horizon,
        count(*) < ${limit} as done, array[count(*)::integer] as sources, 0 as duplicates, 0 as excluded
      from recipients
    )`,
  };
}
