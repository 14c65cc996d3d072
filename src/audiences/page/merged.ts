import { type RawBuilder, sql } from 'kysely';
import type { OpenidRange } from '../../database/openid-range.js';
import { noneIfEmpty, type PageStatement, type Reading, type Source } from './page-statement.js';

/** Exclusions may be denser than what they thin: each may read so many times the rows before it shortens the page. */
const DENSER = 4;

/** What becomes of several sources: all of them, and what was read of each. */
export interface Merged extends Source {
  readonly entries: readonly RawBuilder<unknown>[];
}

/**
 * Everybody of any of them, once. Each is read only up to where the former ones reach. A value comes from the first one,
 * in the order given, in which it is not empty.
 */
export function merged(
  page: PageStatement,
  readings: readonly Reading[],
  columns: readonly string[],
  range: OpenidRange,
): Merged {
  let upTo = range.upTo;
  const entries = readings.map((read) => {
    const source = read({ ...range, upTo });
    upTo = source.end;
    return source.people;
  });
  const end = upTo as RawBuilder<string>;
  const all = entries.map(
    (entry, at) => sql`select openid, vars, ${sql.lit(at)} as place from ${entry}`,
  );
  const within = sql`from (${sql.join(all, sql` union all `)}) one where openid <= ${end} collate "C"`;
  const people =
    columns.length === 0
      ? page.add(sql`select openid, null::jsonb as vars ${within} group by openid`)
      : page.add(sql`select openid, ${firstValues(columns)} as vars ${within} group by openid`);
  return { people, end, entries };
}

const firstValues = (columns: readonly string[]): RawBuilder<unknown> =>
  noneIfEmpty(
    columns.map((name) => [
      name,
      sql`(array_agg(vars ->> ${name}::text order by place)
        filter (where vars ->> ${name}::text <> ''))[1]`,
    ]),
  );

/** Those who are excluded, up to where both are known. */
export interface Exclusion {
  /** The names of CTEs `(openid, vars)`. */
  readonly lists: readonly RawBuilder<unknown>[];
  readonly end: RawBuilder<string>;
}

/** An exclusion is read as a range up to the horizon of what it thins, and shortens it where it is far denser. */
export function exclusion(
  readings: readonly Reading[],
  source: Source,
  range: OpenidRange,
): Exclusion {
  let { end } = source;
  const lists = readings.map((read) => {
    const excluded = read({ ...range, upTo: end, limit: range.limit * DENSER });
    end = excluded.end;
    return excluded.people;
  });
  return { lists, end };
}

/**
 * Whether somebody is excluded. `in` of a subquery that is no join is a hashed subplan; as a join it could become a
 * nested loop over two lists of thousands.
 */
export const isExcluded = ({ lists }: Exclusion): RawBuilder<boolean> =>
  sql`not (${sql.join(
    lists.map((list) => sql`openid not in (select openid from ${list})`),
    sql` and `,
  )})`;

/** Those of a source who are not excluded. */
export function without(
  page: PageStatement,
  source: Source,
  readings: readonly Reading[],
  range: OpenidRange,
): Source {
  if (readings.length === 0) return source;
  const excluded = exclusion(readings, source, range);
  const { end } = excluded;
  const people = page.add(sql`
    select openid, vars from ${source.people} one
    where openid <= ${end} collate "C" and not ${isExcluded(excluded)}`);
  return { people, end };
}
