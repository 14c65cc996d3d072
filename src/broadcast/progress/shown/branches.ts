import { type RawBuilder, sql } from 'kysely';
import type { AccountScope } from '../../../accounts/account-scopes.js';
import { phaseOf } from '../../engine/record/phase.js';
import type { Archived } from './archived.js';

/**
 * SQL of the branches of a list, a row each with the columns that are held fast: every account times every phase. A
 * list over many accounts reads each of them by its own range of the index, never all broadcasts backwards.
 */
export function branches(
  accounts: RawBuilder<unknown> | AccountScope,
  phases: readonly string[] | undefined,
): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [];
  if (accounts !== 'all')
    parts.push(
      isIds(accounts)
        ? sql`unnest(${accounts}::integer[]) as of_account (account_id)`
        : sql`(${accounts}) as of_account (account_id)`,
    );
  if (phases !== undefined) parts.push(sql`unnest(${phases}::text[]) as in_phase (phase)`);
  return parts.length === 0 ? sql`(select) as one` : sql.join(parts, sql` cross join `);
}

const isIds = (accounts: RawBuilder<unknown> | AccountScope): accounts is readonly number[] =>
  Array.isArray(accounts);

/** A column that a branch holds fast, and at which value. */
export interface KeyColumn {
  readonly column: RawBuilder<unknown>;
  readonly is: RawBuilder<unknown>;
}

/** A column that orders a branch, and between which values it is read. */
export interface KeyBounds {
  readonly column: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
  readonly below: RawBuilder<unknown>;
}

export const ACCOUNT_KEY: KeyColumn = { column: sql`b.account_id`, is: sql`branches.account_id` };
export const PHASE_KEY: KeyColumn = { column: sql.raw(phaseOf('b')), is: sql`branches.phase` };
/** As the indexes of lists have it, in these very words. */
const PLACE = sql`(case when b.archived_at is null then 'listed' else 'archived' end)`;

/** Whether it is archived; undefined where both are asked for. */
export const archivedKey = (archived: Archived): KeyColumn | undefined =>
  archived === 'any'
    ? undefined
    : { column: PLACE, is: sql.raw(archived === 'true' ? `'archived'` : `'listed'`) };
export const ABOVE_EVERY_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const NO_ID = sql`'00000000-0000-0000-0000-000000000000'::uuid`;
/**
 * A range of the index that has exactly these columns. It compares them all at once and orders by all: with `=`, the
 * planner may take an index of ids alone for as good, and reads every broadcast for an account that has few.
 */
export function keyRange(held: readonly KeyColumn[], ordered: readonly KeyBounds[]) {
  const columns = [...held, ...ordered].map(({ column }) => column);
  const start = [...held.map(({ is }) => is), ...ordered.map(({ from }) => from)];
  const end = [...held.map(({ is }) => is), ...ordered.map(({ below }) => below)];
  return {
    holds: sql`(${sql.join(columns)}) >= (${sql.join(start)}) and (${sql.join(columns)}) < (${sql.join(end)})`,
    descending: sql.join(columns.map((column) => sql`${column} desc`)),
  };
}
