import { type RawBuilder, sql } from 'kysely';
import { END, inRange, type OpenidRange } from '../../database/openid-range.js';

/** A source of people up to `end`, the horizon so far: somebody behind it is not read yet. */
export interface Source {
  /** The name of a CTE `(openid, vars)` in which each openid is once; what lies behind `end` does not count. */
  readonly people: RawBuilder<unknown>;
  /** The last openid of which it knows everything, or `END`. */
  readonly end: RawBuilder<string>;
}

/** Makes a source that ends with `range.upTo` at the latest, and reads `range.limit` rows at most of each index. */
export type Reading = (range: OpenidRange) => Source;

/** Collects the CTEs of one page, and names them. */
export class PageStatement {
  readonly #ctes: RawBuilder<unknown>[] = [];

  add(body: RawBuilder<unknown>): RawBuilder<unknown> {
    const name = sql.raw(`p${this.#ctes.length}`);
    this.#ctes.push(sql`${name} as materialized (${body})`);
    return name;
  }

  /** A range of one index. */
  leaf(select: (range: OpenidRange) => RawBuilder<unknown>): Reading {
    return (range) => {
      const people = this.add(select(range));
      return { people, end: this.#endOf(people, range) };
    };
  }

  /** A range of one index, of which only those count for whom the condition holds. */
  filtered(
    select: (range: OpenidRange) => RawBuilder<unknown>,
    condition: RawBuilder<unknown>,
  ): Reading {
    return (range) => {
      const read = this.add(select(range));
      const people = this.add(sql`select one.openid, one.vars from ${read} one where ${condition}`);
      return { people, end: this.#endOf(read, range) };
    };
  }

  /** SQL for a `with`. */
  get ctes(): RawBuilder<unknown> {
    return sql.join(this.#ctes, sql`, `);
  }

  /** An index that had as many rows as were asked for has more: what is known ends with the last of them. */
  #endOf(read: RawBuilder<unknown>, { upTo, limit }: OpenidRange): RawBuilder<string> {
    const own = sql<string>`case when count(*) = ${limit} then max(openid) else ${sql.lit(END)} end`;
    const end = this.add(
      sql`select ${upTo === undefined ? own : sql`least(${upTo}, ${own})`} collate "C" as o from ${read}`,
    );
    return sql<string>`(select o from ${end})`;
  }
}

/** The same, of a list that is in the statement itself. */
export const inList = (openids: readonly string[], range: OpenidRange): RawBuilder<unknown> => sql`
  select openid, null::jsonb as vars
  from (select distinct given collate "C" as openid from unnest(${[...openids]}::text[]) given) listed
  where ${inRange(range)}`;

/** Of values that are kept by name those in `columns`, and no empty ones. @param vars a column */
export const valuesOf = (
  vars: RawBuilder<unknown>,
  columns: readonly string[],
): RawBuilder<unknown> =>
  columns.length === 0
    ? sql`null::jsonb`
    : noneIfEmpty(columns.map((name) => [name, sql`nullif(${vars} ->> ${name}::text, '')`]));

/** @param values of each column, null where it is empty */
export const noneIfEmpty = (
  values: readonly (readonly [name: string, value: RawBuilder<unknown>])[],
): RawBuilder<unknown> =>
  sql`nullif(jsonb_strip_nulls(jsonb_build_object(${sql.join(
    values.map(([name, value]) => sql`${name}::text, ${value}`),
  )})), '{}')`;
