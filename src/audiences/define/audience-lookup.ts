import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Columns } from '../../uploads/parse/columns.js';
import type { ResolvedAudience } from '../record/resolved-audience.js';

export interface FoundUpload {
  readonly state: string;
  readonly columns: Columns | null;
  readonly usable: number;
  readonly isGone: boolean;
}

export interface FoundBroadcast {
  readonly audience: ResolvedAudience;
  readonly isExpanded: boolean;
  readonly hasEnded: boolean;
  readonly isPurged: boolean;
}

export interface FoundTag {
  readonly id: number;
  readonly name: string;
  readonly members: number | null;
  readonly asOf: Date | null;
  readonly ageMinutes: number | null;
}

/** Looks up what audiences name. Each statement finds what belongs to the account, and nothing else. */
@Injectable()
export class AudienceLookup {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  async tags(accountId: number): Promise<FoundTag[]> {
    const { rows } = await sql<FoundTag>`
      select tag_id as id, name, members, as_of, (extract(epoch from clock_now() - as_of) / 60)::float8 as age_minutes
      from tag where account_id = ${accountId} and gone_at is null order by tag_id`.execute(
      this.#db,
    );
    return rows;
  }

  async upload(accountId: number, id: string): Promise<FoundUpload | undefined> {
    const { rows } = await sql<FoundUpload>`
      select state, found -> 'columns' as columns, usable, purged_at is not null as is_gone
      from upload where id = ${id} and account_id = ${accountId} and removed_at is null`.execute(
      this.#db,
    );
    return rows[0];
  }

  async broadcast(accountId: number, id: string): Promise<FoundBroadcast | undefined> {
    const { rows } = await sql<FoundBroadcast>`
      select audience, expanded_at is not null as is_expanded, purged_at is not null as is_purged,
        state in ('finished', 'cancelled') as has_ended
      from broadcast where id = ${id} and account_id = ${accountId}`.execute(this.#db);
    return rows[0];
  }
}
