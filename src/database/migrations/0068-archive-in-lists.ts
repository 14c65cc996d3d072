import type { Kysely } from 'kysely';
import { buildConcurrently } from './concurrent-index.js';

export const name = '0068-archive-in-lists';

/** It builds each index while the table is written to, and may be cut off anywhere. */
export const transaction = 'none';

/** How far in its life a broadcast is, by its row alone: lists look for it, as `PHASE` in the code says it. */
const PHASE = `(case state when 'draft' then 'draft' when 'awaiting_approval' then 'awaiting_approval'
  when 'scheduled' then 'scheduled' when 'running' then 'open'
  when 'finished' then case when receipts_closed_at is null then 'receipts' else 'finished' end
  else case when closed_at is null and started_at is not null then 'closing' when any_sent then 'stopped'
    else 'cancelled' end end)`;

/** A text, as the planner makes `is null` of a boolean, and finds no index for that. */
const PLACE = `(case when archived_at is null then 'listed' else 'archived' end)`;

/**
 * Lists and counts of a state leave out what is archived, or show nothing else: where nearly all of a state is archived,
 * the others are found without reading it. Those of the former release find theirs by the indexes that they know.
 */
const INDEXES: Readonly<Record<string, string>> = {
  broadcast_archived_phase: `(${PLACE}, ${PHASE}, id) where purpose = 'broadcast'`,
  broadcast_archived_phase_of_account: `(account_id, ${PLACE}, ${PHASE}, id) where purpose = 'broadcast'`,
};

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [index, definition] of Object.entries(INDEXES))
    await buildConcurrently(db, { name: index, table: 'broadcast', definition });
}
