import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { AccountWatches, type NewsSource } from '../accounts/account-watches.js';
import type { UploadState } from './record/upload.tables.js';

/** As far as an event tells it; `GET` tells the rest. */
interface UploadProgress {
  readonly id: string;
  readonly state: UploadState;
  readonly size: number;
  readonly rows: number;
  readonly usable: number;
  readonly failed: number;
  readonly duplicates: number;
}

/** Of an account; whoever watches more than these asks for the list. */
const TOLD = 20;

/** Tells whoever watches an account how far its newest uploads are. */
@Injectable()
export class UploadNews implements OnModuleInit, NewsSource {
  readonly event = 'uploads';
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
        select md5(string_agg(concat_ws(' ', u.id, u.state, u.turn, u.size, u.rows, u.purged_at), ','))
          as version
        from (
          select * from upload where account_id = asked.id and removed_at is null
          order by id desc limit ${TOLD}
        ) u
      ) newest`.execute(this.#db);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async read(accountId: number): Promise<{ items: UploadProgress[] }> {
    const { rows } = await sql<UploadProgress>`
      select id, state, size::double precision as size, rows, usable, failed, duplicates from upload
      where account_id = ${accountId} and removed_at is null
      order by id desc limit ${TOLD}`.execute(this.#db);
    return { items: rows };
  }
}
