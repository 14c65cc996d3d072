import { type RawBuilder, sql } from 'kysely';

/** Above every openid. */
export const END = '~';

/** A page of an index that is ordered by openid. */
export interface OpenidRange {
  /** Begins behind this one; empty is the beginning. */
  readonly after: string;
  /** Ends with this one, where that is known. */
  readonly upTo?: RawBuilder<string> | undefined;
  /** Reads so many rows at most. */
  readonly limit: number;
}

/** SQL after the conditions of a `where` on a column `openid`: nothing but a bound in the branch itself bounds it. */
export const inRange = ({ after, upTo, limit }: OpenidRange): RawBuilder<unknown> => sql`
  openid > ${after} collate "C" ${upTo === undefined ? sql`` : sql`and openid <= ${upTo} collate "C"`}
  order by openid limit ${limit}`;
