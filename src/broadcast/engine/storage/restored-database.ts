import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DatabaseIdentity } from '../../../database/identity/database-identity.js';
import { writeHotEntry } from '../../../audit/record/write-entry.js';
import type { HotStatement } from '../../../database/hot-sql.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** What changed, as the database module says it. */
const databaseReplaced = (change: string): string =>
  `数据库被替换或恢复过（${change}）：其中的记录可能早于已发出的消息，继续发送可能重复。请检查后再继续发送，否则终止。 ` +
  `The database was replaced or restored (${change}): its rows may be older than what was sent, and sending on ` +
  `may send twice. Check, then resume or cancel.`;

/**
 * Holds every broadcast that runs or will start by itself; one that a person has yet to start is looked at by that
 * person. Claims that began before and wait for a lock cannot see the holds: the account's `stops` turns them away.
 */
const HOLD_ALL = `
with open as materialized (
  select id, account_id from broadcast where closed_at is null and state in ('running', 'scheduled')
  order by id for update
),
held as (
  insert into broadcast_hold (broadcast_id, reason, since, code, detail)
  select id, 'restored', clock_now(), 'database_replaced', $1::text from open
  on conflict do nothing
  returning broadcast_id, reason, code, detail
),
paced as materialized (
  select account_id from pace where account_id in (select account_id from open)
  order by account_id for update
),
stopped as (
  update pace p set stops = stops + 1 from paced where p.account_id = paced.account_id
)
insert into broadcast_event (broadcast_id, at, kind, data)
select broadcast_id, clock_now(), 'held',
  jsonb_build_object('reason', reason, 'code', code, 'detail', detail)
from held`;

/**
 * Holds every broadcast when the database turns out to be an older one: messages may have gone out of which its rows know
 * nothing, and they would go out again. A person compares and decides.
 */
@Injectable()
export class RestoredDatabase implements OnModuleInit, PeriodicTask {
  readonly what = 'the identity of the database';
  readonly everyMs = 5_000;
  readonly #identity: DatabaseIdentity;

  constructor(identity: DatabaseIdentity) {
    this.#identity = identity;
    identity.onReplaced(async (tx, change) => {
      const { rowCount } = await tx.query(HOLD_ALL, [databaseReplaced(change)]);
      await writeHotEntry(
        {
          query: async <Row>({ text }: HotStatement, values: readonly unknown[]) =>
            (await tx.query(text, [...values])).rows as Row[],
        },
        {
          action: 'broadcast.hold',
          target: { kind: 'installation', id: 'database' },
          after: { broadcasts: rowCount ?? 0 },
          reason: `database_replaced: ${change}`,
        },
      );
    });
  }

  /** Checks at the start, when nothing sends yet: connections may have been made before this class listened. */
  onModuleInit(): Promise<void> {
    return this.#identity.checkAgain();
  }

  run(): Promise<void> {
    return this.#identity.checkAgain();
  }
}
