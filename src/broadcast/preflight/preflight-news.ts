import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { AccountWatches, type NewsSource } from '../../accounts/account-watches.js';

/** As far as an event tells it; `GET` tells the rest. */
interface PreflightProgress {
  readonly id: string;
  readonly broadcastId: string | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly scanned: number;
  readonly recipients: number;
}

/** Of an account; whoever watches more than these asks for each. */
const TOLD = 20;

/** Tells whoever watches an account how far its newest preflights are. */
@Injectable()
export class PreflightNews implements OnModuleInit, NewsSource {
  readonly event = 'preflights';
  readonly #db: Kysely<unknown>;
  readonly #watches: AccountWatches;

  constructor(db: Kysely<unknown>, watches: AccountWatches) {
    this.#db = db;
    this.#watches = watches;
  }

  onModuleInit(): void {
    this.#watches.learnFrom(this);
  }

  async versionsOf(accountIds: readonly number[]): Promise<Map<number, string>> {
    const { rows } = await sql<{ id: number; version: string }>`
      select asked.id, coalesce(newest.version, '') as version
      from unnest(${accountIds}::integer[]) asked(id)
      cross join lateral (
        select md5(string_agg(concat_ws(' ', p.id, p.state, p.turn, p.cursor), ',')) as version
        from (
          select id, state, turn, cursor from preflight where account_id = asked.id
          order by id desc limit ${TOLD}
        ) p
      ) newest`.execute(this.#db);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async read(accountId: number): Promise<{ items: PreflightProgress[] }> {
    const { rows } = await sql<PreflightProgress>`
      select id, broadcast_id, state, recipients,
        coalesce((select sum(n) from unnest(sources) n), 0)::float8 as scanned
      from preflight where account_id = ${accountId} order by id desc limit ${TOLD}`.execute(
      this.#db,
    );
    return { items: rows };
  }
}
