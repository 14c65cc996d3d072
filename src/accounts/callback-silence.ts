import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccountTables } from './account.tables.js';

/** Machines' clocks differ by at most this, and a push may overtake the answer to its message. */
const APART = sql`interval '15 seconds'`;
/** Receipts come within seconds, and we record within a minute that pushes came. */
const PATIENCE = sql`interval '10 minutes'`;
/** Fewer messages without a receipt are no silence: WeChat loses some. */
const FEWEST = 5;

/** How many of an account's messages WeChat has accepted lately. */
export interface Acceptances {
  readonly accountId: number;
  readonly count: number;
  /** When the last of them was asked for. */
  readonly lastAt: Date;
}

/** Whether a push came after that moment, as far as two clocks can tell. */
const heardAfter = (moment: ReturnType<typeof sql>) =>
  sql`coalesce(c.push_at >= ${moment} - ${APART}, false)`;

/** Counts the messages that WeChat accepts after an account's last push. Workers report them from time to time. */
@Injectable()
export class CallbackSilence {
  readonly #db: Kysely<AccountTables>;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  async accepted(told: readonly Acceptances[]): Promise<void> {
    if (told.length === 0) return;
    const restarts = sql`(c.unheard_since is null or ${heardAfter(sql`c.unheard_since`)})`;
    const isHeard = heardAfter(sql`excluded.unheard_since`);
    await sql`
      insert into account_callback as c (account_id, unheard_since, unheard_messages)
      select a.id, n.last_at, n.count
      from unnest(${told.map(({ accountId }) => accountId)}::integer[],
          ${told.map(({ lastAt }) => lastAt)}::timestamptz[],
          ${told.map(({ count }) => count)}::integer[]) as n (account_id, last_at, count)
      join account a on a.id = n.account_id
      order by a.id
      on conflict (account_id) do update set
        unheard_since = case when not ${restarts} then c.unheard_since
          when not ${isHeard} then excluded.unheard_since end,
        unheard_messages = case when not ${restarts}
            then least(c.unheard_messages::bigint + excluded.unheard_messages, 1000000000)
          when not ${isHeard} then excluded.unheard_messages else 0 end`.execute(this.#db);
  }
}

/** SQL on `account_callback`: since when enough messages have had no push that an operator should know, or null. */
export const unheardSince = sql<Date | null>`
  case when unheard_messages >= ${sql.lit(FEWEST)} and unheard_since < clock_now() - ${PATIENCE}
    and not coalesce(push_at >= unheard_since - ${APART}, false)
  then unheard_since end`;
