import type { Kysely, Transaction } from 'kysely';
import type { Change } from './change.js';
import { CountedRows } from './counted-rows.js';
import { writeEntry } from './write-entry.js';

/** How a transaction says what it does. */
export interface Naming {
  /** Names the change. Once in a transaction: one answer of the API has one entry. */
  (change: Change | 'nothing'): void;
  /** Says that what was written is bookkeeping, and changes nothing that anybody sees. */
  nothing(): void;
}

/**
 * The one way to open a transaction in the code behind the API. What changes rows must name what it does, and the
 * entry is written in the very transaction: neither is kept without the other. Work that changes nothing writes none.
 */
export function inTransaction<Tables, T>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>, audit: Naming) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const counted = new CountedRows();
    let named: Change | 'nothing' | undefined;
    const name = (change: Change | 'nothing'): void => {
      if (named !== undefined && named !== 'nothing')
        throw new Error('this transaction has named its change already');
      named = change;
    };
    const audit = Object.assign((change: Change | 'nothing') => name(change), {
      nothing: () => name('nothing'),
    });
    const result = await work(tx.withPlugin(counted), audit);
    await settle(tx, named, counted.rows);
    return result;
  });
}

async function settle<Tables>(
  tx: Transaction<Tables>,
  named: Change | 'nothing' | undefined,
  rows: bigint,
): Promise<void> {
  if (named === 'nothing') return;
  if (named !== undefined) return writeEntry(tx, named);
  if (rows > 0n)
    throw new Error(`a transaction changed ${rows} rows and did not name what it does`);
}
