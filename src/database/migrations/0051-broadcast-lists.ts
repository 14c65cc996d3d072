import { type Kysely, sql } from 'kysely';

export const name = '0051-broadcast-lists';

/** It builds each index while the table is written to, and may be cut off anywhere. */
export const transaction = 'none';

/** How far in its life a broadcast is, by its row alone: lists look for it, as `PHASE` in the code says it. */
const PHASE = `(case state when 'draft' then 'draft' when 'awaiting_approval' then 'awaiting_approval'
  when 'scheduled' then 'scheduled' when 'running' then 'open'
  when 'finished' then case when receipts_closed_at is null then 'receipts' else 'finished' end
  else case when closed_at is null and started_at is not null then 'closing' when any_sent then 'stopped'
    else 'cancelled' end end)`;

const BEGIN = '(coalesce(started_at, start_at))';

const INDEXES: Readonly<Record<string, string>> = {
  broadcast_phase: `(${PHASE}, id) where purpose = 'broadcast'`,
  broadcast_phase_of_account: `(account_id, ${PHASE}, id) where purpose = 'broadcast'`,
  broadcast_of_template: `(account_id, template_id, id) where purpose = 'broadcast'`,
  broadcast_begun: `(${BEGIN}, id) where purpose = 'broadcast' and coalesce(started_at, start_at) is not null`,
  broadcast_begun_of_account: `(account_id, ${BEGIN}, id) where purpose = 'broadcast' and coalesce(started_at, start_at) is not null`,
};

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [index, definition] of Object.entries(INDEXES)) await build(db, index, definition);
}

/** `concurrently` leaves an invalid index where it was cut off, and `if not exists` would be content with it. */
async function build(db: Kysely<unknown>, index: string, definition: string): Promise<void> {
  const { rows } = await sql<{ indisvalid: boolean }>`
    select indisvalid from pg_index where indexrelid = to_regclass(${index})`.execute(db);
  if (rows[0]?.indisvalid === true) return;
  await sql`drop index concurrently if exists ${sql.id(index)}`.execute(db);
  await sql`create index concurrently ${sql.id(index)} on broadcast ${sql.raw(definition)}`.execute(
    db,
  );
}
