import { sql, type Transaction } from 'kysely';
import { goOnAtLength } from '../database/at-length.js';
import type { CheckedAudience } from './checked-broadcast.js';
import type { AudienceRecord, BroadcastTables } from './engine/engine.tables.js';

/** What is written into the broadcast's row, and what into a table of its own. */
export function apart(checked: CheckedAudience): {
  audience: AudienceRecord;
  openids: readonly string[] | undefined;
} {
  if (checked.kind !== 'openids') return { audience: checked, openids: undefined };
  const { openids, ...audience } = checked;
  return { audience, openids };
}

/** Hundreds of thousands of them, on a busy machine. */
const INSERT_SECONDS = 60;

/** One statement however many they are: an array is one parameter. */
export async function insertMembers(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  openids: readonly string[],
): Promise<void> {
  await goOnAtLength(tx, INSERT_SECONDS, () =>
    sql`
      insert into broadcast_member (broadcast_id, openid)
      select ${broadcastId}::uuid, openid from unnest(${openids}::text[]) as given (openid)`.execute(
      tx,
    ),
  );
}
