import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { AccountTables } from './account.tables.js';

/** One of our own addresses, and when WeChat saw it last. */
export interface EgressAddress {
  readonly ip: string;
  readonly seenAt: Date;
}

/** A machine that has changed its address long ago is no hint. */
const KEPT = sql`interval '90 days'`;
const MOST = 10;

/** The addresses from which WeChat is called, as its refusals of the IP whitelist tell them: they are all accounts'. */
@Injectable()
export class EgressAddresses {
  readonly #db: Kysely<AccountTables>;

  constructor(db: Kysely<AccountTables>) {
    this.#db = db;
  }

  /** At most one write a minute for an address, however often it is told. */
  async note(ip: string): Promise<void> {
    await sql`
      insert into egress_address as e (ip, seen_at) values (${ip}, clock_now())
      on conflict (ip) do update set seen_at = excluded.seen_at
        where e.seen_at < excluded.seen_at - interval '1 minute'`.execute(this.#db);
  }

  /** The latest first. */
  list(): Promise<EgressAddress[]> {
    return this.#db
      .selectFrom('egressAddress')
      .select(['ip', 'seenAt'])
      .where('seenAt', '>', sql<Date>`clock_now() - ${KEPT}`)
      .orderBy('seenAt', 'desc')
      .limit(MOST)
      .execute();
  }
}
