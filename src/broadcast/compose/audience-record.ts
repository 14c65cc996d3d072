import { sql, type Transaction } from 'kysely';
import { withLongerTimeout } from '../../database/long-transaction.js';
import type { CheckedAudience } from './checked-broadcast.js';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';

/** Splits an audience: the record goes into the broadcast's row, the openids into a table of their own. */
export function withOpenidsApart(checked: CheckedAudience): {
  audience: ResolvedAudience;
  openids: readonly string[] | undefined;
} {
  if (checked.kind !== 'openids') return { audience: checked, openids: undefined };
  const { openids, ...audience } = checked;
  return { audience, openids };
}

/** How many openids one insert takes: encoding them does not block the event loop for long. */
const AT_ONCE = 20_000;
/** One such insert may take this long on a busy machine. */
const INSERT_SECONDS = 60;

/** A list may be as long as a request's body holds, and each row is deleted with its index entry. */
const DELETE_SECONDS = 60;

export const deleteMembers = (
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
): Promise<unknown> =>
  withLongerTimeout(tx, DELETE_SECONDS, () =>
    tx.deleteFrom('broadcastMember').where('broadcastId', '=', broadcastId).execute(),
  );

export async function insertMembers(
  tx: Transaction<BroadcastTables>,
  broadcastId: string,
  openids: readonly string[],
): Promise<void> {
  for (let from = 0; from < openids.length; from += AT_ONCE) {
    await withLongerTimeout(tx, INSERT_SECONDS, () =>
      sql`
        insert into broadcast_member (broadcast_id, openid)
        select ${broadcastId}::uuid, openid
        from unnest(${openids.slice(from, from + AT_ONCE)}::text[]) as given (openid)
        order by openid collate "C"`.execute(tx),
    );
  }
}
