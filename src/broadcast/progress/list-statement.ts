import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../http/cursor.js';
import { uuidV7Floor } from '../../kernel/ids.js';
import type { BroadcastListQuery } from './broadcast-list.dto.js';
import { matches } from './list-filter.js';
import type { AccountScope } from '../../accounts/account-scopes.js';
import {
  ABOVE_EVERY_ID,
  ACCOUNT_KEY,
  archivedKey,
  branches,
  type KeyBounds,
  type KeyColumn,
  keyRange,
  NO_ID,
  PHASE_KEY,
} from './shown/branches.js';
import { ENDED_PHASES, type Phase, PHASES_OF } from './shown/shown-sql.js';
import type { ShownState } from './shown-state.js';

/** Rows that all branches together read for a page, in the order of their index; more where a filter is no index's. */
const READ = 1_000;
const READ_FOR_A_TEXT = 10_000;

/** Where the page before ended: by its start and id, or by the id alone. */
export interface ListCursor {
  readonly begun?: string;
  readonly id: string;
}

/** A row of the answer: one that matches, with where each page could end; or only the end of what was read. */
export interface Listed {
  readonly id: string | null;
  readonly at: string | null;
  /** Below this row a branch may have more that nobody has read; null where all was read. */
  readonly horizon: string | null;
}

interface ListStatement {
  readonly statement: RawBuilder<unknown>;
  readonly cut: (row: { readonly id: string; readonly at: string | null }) => string;
}

const PHASES_OF_STATE: Readonly<Record<ShownState, readonly Phase[]>> = {
  draft: ['draft'],
  awaiting_approval: ['awaiting_approval'],
  scheduled: ['scheduled'],
  running: ['open'],
  paused: ['open'],
  finished: ['receipts', 'finished'],
  cancelled: ['closing', 'stopped', 'cancelled'],
};

const BEGUN = 'coalesce(b.started_at, b.start_at)';
const asText = (at: string): string =>
  `to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * Each branch holds fast what an index begins with, and reads so many rows in the index's order; everything else is
 * asked of the rows that were read. What is below the horizon, the highest end of a branch that was cut off, waits for
 * the next page, so that no page leaves out a row that another branch still has.
 */
export function listStatement(
  query: BroadcastListQuery,
  accounts: AccountScope,
  cursor: ListCursor | undefined,
): ListStatement {
  const { limit, purpose, sort, templateId } = query;
  const byStart = sort === 'start';
  const isPlain = byStart || purpose !== 'broadcast';
  const ofTemplate =
    isPlain || templateId === undefined ? undefined : accountsOf(templateId, accounts);
  const phases = isPlain || ofTemplate !== undefined ? undefined : phasesOf(query);
  const scope = ofTemplate ?? accounts;
  const byArchived = phases && archivedKey(query.archived);
  const held: KeyColumn[] = [
    ...(scope === 'all' ? [] : [ACCOUNT_KEY]),
    ...(byArchived === undefined ? [] : [byArchived]),
    ...(phases === undefined ? [] : [PHASE_KEY]),
    ...(ofTemplate === undefined ? [] : [{ column: sql`b.template_id`, is: sql`${templateId}` }]),
  ];
  const range = keyRange(held, byStart ? begunBetween(cursor) : madeBetween(query, cursor));
  const howMany = Math.max(1, (accounts === 'all' ? 1 : accounts.length) * (phases?.length ?? 1));
  const inAll = query.name === undefined && query.createdBy === undefined ? READ : READ_FOR_A_TEXT;
  const read = Math.max(limit + 1, Math.ceil(inAll / howMany));
  const at = byStart ? sql.raw(BEGUN) : sql`null::timestamptz`;
  const statement = sql`
    with branch as materialized (
      select branches.n, found.*
      from (select row_number() over () as n, * from ${branches(scope, phases)}) as branches
      cross join lateral (
        select b.id, ${at} as at, ${matches(query)} as matches
        from broadcast b
        where ${indexOf(query, phases !== undefined || ofTemplate !== undefined)} and ${range.holds}
        order by ${range.descending} limit ${read}
      ) found
    ),
    ends as (
      select (array_agg(at order by at, id))[1] as at, (array_agg(id order by at, id))[1] as id
      from branch group by n having count(*) >= ${read}
    ),
    horizon as (select at, id from ends order by at desc, id desc limit 1),
    page as (
      select id, at from branch
      where matches and not exists (
        select from horizon h
        where ${byStart ? sql`(branch.at, branch.id) < (h.at, h.id)` : sql`branch.id < h.id`}
      )
      order by at desc, id desc limit ${limit + 1}
    )
    select page.id, ${sql.raw(asText('page.at'))} as at,
      (select ${byStart ? sql.raw(`${asText('at')} || '_' || id`) : sql`id::text`} from horizon) as horizon
    from (select) one left join page on true
    order by page.at desc, page.id desc`;
  return { statement, cut: ({ id, at: begun }) => (byStart ? `${begun}_${id}` : id) };
}

/** The page of what the statement gave. */
export function listedPage(
  rows: readonly Listed[],
  limit: number,
  cut: ListStatement['cut'],
): Page<string> {
  const found = rows.flatMap(({ id, at }) => (id === null ? [] : [{ id, at }]));
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next = found.length > limit && last ? cut(last) : (rows[0]?.horizon ?? null);
  return { items: shown.map(({ id }) => id), next };
}

/** What was archived has ended. */
function phasesOf({ shown, state, archived }: BroadcastListQuery): Phase[] | undefined {
  if (shown === undefined && state === undefined)
    return archived === 'true' ? [...ENDED_PHASES] : undefined;
  const byShown = shown && PHASES_OF[shown];
  const byState = state && PHASES_OF_STATE[state];
  return [...(byShown ?? byState ?? [])].filter((phase) => byState?.includes(phase) ?? true);
}

/** Template ids are an account's own: whoever has it is known without a look at broadcasts. */
const accountsOf = (templateId: string, accounts: AccountScope): RawBuilder<unknown> =>
  sql`select t.account_id from template t where t.template_id = ${templateId}
    ${accounts === 'all' ? sql`` : sql`and t.account_id = any(${accounts}::integer[])`}`;

/** Names a partial index, in its own words. */
function indexOf({ sort, purpose }: BroadcastListQuery, heldFast: boolean): RawBuilder<unknown> {
  if (purpose === 'single') return sql`true`;
  if (sort === 'start') return sql`b.purpose = 'broadcast' and ${sql.raw(BEGUN)} is not null`;
  return heldFast && purpose === 'broadcast'
    ? sql`b.purpose = 'broadcast'`
    : sql`b.purpose <> 'single'`;
}

const begunBetween = (cursor: ListCursor | undefined): readonly KeyBounds[] => [
  {
    column: sql.raw(BEGUN),
    from: sql`'-infinity'::timestamptz`,
    below: sql`${cursor?.begun ?? 'infinity'}::timestamptz`,
  },
  { column: sql`b.id`, from: NO_ID, below: sql`${cursor?.id ?? ABOVE_EVERY_ID}::uuid` },
];

/** Ids are ordered by the time when they were made. */
function madeBetween(
  { createdFrom, createdTo }: BroadcastListQuery,
  cursor: ListCursor | undefined,
): readonly KeyBounds[] {
  const ends = [cursor?.id.toLowerCase(), createdTo && uuidV7Floor(new Date(createdTo))];
  const below = [...ends.filter((id) => id !== undefined), ABOVE_EVERY_ID].sort()[0];
  const from = createdFrom === undefined ? NO_ID : sql`${uuidV7Floor(new Date(createdFrom))}::uuid`;
  return [{ column: sql`b.id`, from, below: sql`${below}::uuid` }];
}
