import { type RawBuilder, sql, type Transaction } from 'kysely';
import { END, type OpenidRange } from '../../database/openid-range.js';
import type { AudienceOf, ResolvedAudience } from '../record/resolved-audience.js';
import { type Exclusion, exclusion, isExcluded, type Merged, merged } from './merged.js';
import { inList, PageStatement } from './page-statement.js';
import { exclusionsOf, readingOf, withoutExclusions } from './readings.js';

/** A page of an audience, to stand in a `with`. It reads nothing twice: all that it yields is of one instant. */
export interface AudiencePage {
  /**
   * `recipients (openid, vars)`, each openid once and in no order, and one row `page_end (horizon, done, sources, duplicates,
   * excluded)`. The next page begins behind the horizon, even where this one yields nobody; `done` says that there is
   * none. `sources` counts the people of each entry of a union, in its order; `duplicates` those who were in several,
   * once for each too many; `excluded` those who are left out. They add up: sources − duplicates − excluded =
   * recipients.
   */
  readonly ctes: RawBuilder<unknown>;
}

/** A page is a range of each index that it reads; without statistics the planner would sort whole audiences for it. */
export const readsInOrder = sql`set local enable_bitmapscan = off`;

/**
 * The people after an openid; null is the beginning. A page is bounded by what it reads, `limit` rows of each source, not
 * by what it yields. Whoever runs it runs `readsInOrder` before, in the same transaction.
 */
export function audiencePage(asked: AudienceOf, after: string | null, limit: number): AudiencePage {
  const of = { ...asked, audience: writtenOut(asked.audience) };
  const { audience, columns = [] } = of;
  const page = new PageStatement();
  const range: OpenidRange = { after: after ?? '', limit };
  const source: Merged =
    audience.kind === 'union'
      ? merged(
          page,
          audience.of.map((each) => readingOf(page, of, each)),
          columns,
          range,
        )
      : alone(page, of, range);
  const { exclude = [] } = audience;
  return exclude.length === 0
    ? whole(page, source)
    : thinned(page, source, exclusion(exclusionsOf(page, of, exclude), source, range));
}

/** A saved audience is counted as what it stands for: its own exclusions are exclusions. */
function writtenOut(audience: ResolvedAudience): ResolvedAudience {
  if (audience.kind !== 'saved') return audience;
  const of = writtenOut(audience.of);
  const exclude = [...(of.exclude ?? []), ...(audience.exclude ?? [])];
  return exclude.length === 0 ? of : { ...of, exclude };
}

/** Everybody of a list that is in the statement itself. */
export function pageOfList(openids: readonly string[]): AudiencePage {
  const page = new PageStatement();
  const range: OpenidRange = { after: '', limit: openids.length + 1 };
  const source = page.leaf((all) => inList(openids, all))(range);
  return whole(page, { ...source, entries: [source.people] });
}

function alone(page: PageStatement, of: AudienceOf, range: OpenidRange): Merged {
  const source = withoutExclusions(page, of, of.audience)(range);
  return { ...source, entries: [source.people] };
}

const whole = (page: PageStatement, { people, end, entries }: Merged): AudiencePage => ({
  ctes: sql`${page.ctes},
    recipients as (select openid, vars from ${people}),
    page_end as materialized (${pageEnd({ end, entries }, countOf(people, end), sql`0`)})`,
});

function thinned(page: PageStatement, source: Merged, exclusions: Exclusion): AudiencePage {
  const { end } = exclusions;
  const judged = page.add(sql`
    select openid, vars, ${isExcluded(exclusions)} as excluded from ${source.people} one
    where openid <= ${end} collate "C"`);
  const excluded = sql`(select count(*)::integer from ${judged} where excluded)`;
  return {
    ctes: sql`${page.ctes},
    recipients as (select openid, vars from ${judged} where not excluded),
    page_end as materialized (${pageEnd({ end, entries: source.entries }, countOf(judged, end), excluded)})`,
  };
}

/** Counted up to the horizon: what lies behind it is counted by a later page. */
const countOf = (people: RawBuilder<unknown>, end: RawBuilder<string>): RawBuilder<number> =>
  sql`(select count(*)::integer from ${people} where openid <= ${end} collate "C")`;

function pageEnd(
  { end, entries }: Pick<Merged, 'end' | 'entries'>,
  people: RawBuilder<number>,
  excluded: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const counts = sql.join(entries.map((entry) => countOf(entry, end)));
  const duplicates =
    entries.length === 1 ? sql`0` : sql`(select sum(n)::integer from unnest(counts) n) - ${people}`;
  return sql`
    select ${end} as horizon, ${end} = ${sql.lit(END)} as done, counts as sources,
      ${duplicates} as duplicates, ${excluded} as excluded
    from (select array[${counts}] as counts) counted`;
}

/** What `readAudiencePage` yields: see `AudiencePage`. */
export interface ReadPage {
  readonly recipients: readonly Recipient[];
  readonly horizon: string;
  readonly done: boolean;
  readonly sources: readonly number[];
  readonly duplicates: number;
  readonly excluded: number;
}

export interface Recipient {
  readonly openid: string;
  /** The values of the wanted columns; an empty one is left out, and null is none. */
  readonly vars: Readonly<Record<string, string>> | null;
}

/** Reads a page by itself, for whoever looks at people before anything is written. */
export async function readAudiencePage<Tables>(
  tx: Transaction<Tables>,
  of: AudienceOf,
  after: string | null,
  limit: number,
): Promise<ReadPage> {
  await readsInOrder.execute(tx);
  const { rows } = await sql<
    Omit<ReadPage, 'recipients'> & { openids: string[]; vars: Recipient['vars'][] }
  >`
    with ${audiencePage(of, after, limit).ctes}
    select horizon, done, sources, duplicates, excluded, openids, vars
    from page_end, (
      select coalesce(array_agg(openid order by openid), '{}') as openids,
        coalesce(jsonb_agg(vars order by openid), '[]') as vars
      from recipients
    ) listed`.execute(tx);
  const { openids, vars, ...end } = rows[0] as (typeof rows)[number];
  return {
    ...end,
    recipients: openids.map((openid, at) => ({ openid, vars: vars[at] ?? null })),
  };
}
