import { type RawBuilder, sql } from 'kysely';
import { PERSONAL_HOLDS } from '../engine/record/states.js';
import type { BroadcastListQuery } from './broadcast-list.dto.js';
import { shownOf } from './shown/shown-sql.js';
import type { ShownState } from './shown-state.js';

/** What no index knows, asked of the rows that were read. */
export function matches(query: BroadcastListQuery): RawBuilder<unknown> {
  const { purpose, shown, state, name, createdBy, templateId, sort } = query;
  const { archived, createdFrom, createdTo } = query;
  const parts = [sql`b.purpose = ${purpose}`];
  if (archived !== 'any') parts.push(sql`(b.archived_at is not null) = ${archived === 'true'}`);
  if (state !== undefined) parts.push(isInState(state));
  if (shown !== undefined)
    parts.push(sql`(select s.state from ${sql.raw(shownOf('b'))} s) = ${shown}`);
  if (name !== undefined)
    parts.push(sql`b.name ilike ${`%${name.replaceAll(/[\\%_]/g, '\\$&')}%`}`);
  if (templateId !== undefined) parts.push(sql`b.template_id = ${templateId}`);
  const [kind, id] = createdBy?.split(':') ?? [];
  if (kind !== undefined)
    parts.push(sql`b.created_by->>'kind' = ${kind} and b.created_by->>'id' = ${id}`);
  if (sort === 'start' && createdFrom !== undefined)
    parts.push(sql`b.created_at >= ${createdFrom}::timestamptz`);
  if (sort === 'start' && createdTo !== undefined)
    parts.push(sql`b.created_at < ${createdTo}::timestamptz`);
  return sql.join(parts, sql` and `);
}

/** `paused` is no stored state: a running broadcast that waits for a person is called so. */
function isInState(state: ShownState): RawBuilder<unknown> {
  const waits = sql`exists (
    select from broadcast_hold h
    where h.broadcast_id = b.id and h.reason in (${sql.join(PERSONAL_HOLDS)})
  )`;
  if (state === 'paused') return sql`b.state = 'running' and ${waits}`;
  if (state === 'running') return sql`b.state = 'running' and not ${waits}`;
  return sql`b.state = ${state}::broadcast_state`;
}
