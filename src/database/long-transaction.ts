import { type Kysely, sql, type Transaction } from 'kysely';
import { answeredWithin } from './session/safe-client.js';

/** The client waits a little longer than the server, whose error says more. */
const GRACE_MS = 2_000;

/** Gives the rest of a transaction, whose statements rightly take long, a bound of its own on both sides. */
export const withLongerTimeout = <Tables, T>(
  tx: Transaction<Tables>,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> =>
  answeredWithin(seconds * 1_000 + GRACE_MS, async () => {
    await sql`
      select set_config('statement_timeout', ${`${seconds}s`}, true),
        case when current_setting('server_version_num')::integer >= 170000
          then set_config('transaction_timeout', '0', true) end`.execute(tx);
    return work();
  });

/** A transaction whose statements rightly take long. */
export const longTransaction = <Tables, T>(
  db: Kysely<Tables>,
  seconds: number,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> => db.transaction().execute((tx) => withLongerTimeout(tx, seconds, () => work(tx)));
