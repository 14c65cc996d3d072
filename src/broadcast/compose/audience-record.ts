import { sql, type Transaction } from 'kysely';
import { goOnAtLength } from '../../database/at-length.js';
import type { CheckedAudience } from './checked-broadcast.js';
import type { AudienceRecord, BroadcastTables } from '../engine/record/engine.tables.js';

/** What is written into the broadcast's row, and what into a table of its own. */
export function withOpenidsApart(checked: CheckedAudience): {
  audience: AudienceRecord;
  openids: readonly string[] | undefined;
} {
  if (checked.kind !== 'openids') return { audience: checked, openids: undefined };
  const { openids, ...audience } = checked;
  return { audience, openids };
}

/** As many at once as the driver makes a parameter of without anybody noticing. */
const AT_ONCE = 20_000;
/** For each of them, on a busy machine. */
const INSERT_SECONDS = 60;

/** A list as long as a body holds goes with its index entries, one by one. */
const DELETE_SECONDS = 60;

export const deleteMembers = (
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<unknown> =>
  goOnAtLength(tx, DELETE_SECONDS, () =>
    tx.deleteFrom('broadcastMember').where('broadcastId', '=', broadcastId).execute(),
  );

export async function insertMembers(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  openids: readonly string[],
): Promise<void> {
  for (let from = 0; from < openids.length; from += AT_ONCE) {
    await goOnAtLength(tx, INSERT_SECONDS, () =>
      sql`
        insert into broadcast_member (broadcast_id, openid)
        select ${broadcastId}::uuid, openid
        from unnest(${openids.slice(from, from + AT_ONCE)}::text[]) as given (openid)
        order by openid collate "C"`.execute(tx),
    );
  }
}
