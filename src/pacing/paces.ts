import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { PacingTables } from './pacing.tables.js';
import { QuotaLedger, type QuotaStanding } from './quota-ledger.js';
import type { Trouble } from './trouble.js';

/** How fast an account may send at this moment, for people to look at. */
export interface Pace {
  /** Messages a second, before any cap. */
  readonly rate: number;
  /** WeChat said that it sends too much: it rests for a while. */
  readonly rests: boolean;
  /** What made the rate fall, while it has not climbed back. */
  readonly trouble: Trouble | null;
  readonly singleFile: boolean;
}

/** All that decides how fast an account sends, and how much. */
export interface AccountPacing {
  /** Null while it never had a broadcast. */
  readonly pace: Pace | null;
  readonly quota: QuotaStanding;
}

@Injectable()
export class Paces {
  constructor(
    private readonly db: Kysely<PacingTables>,
    private readonly ledger: QuotaLedger,
  ) {}

  /** By account id; they must exist. */
  async of(accountIds: readonly number[]): Promise<Map<number, AccountPacing>> {
    return new Map(
      await Promise.all(
        accountIds.map(async (id): Promise<[number, AccountPacing]> => [
          id,
          { pace: (await this.#pace(id)) ?? null, quota: await this.ledger.standing(id) },
        ]),
      ),
    );
  }

  #pace(accountId: number): Promise<Pace | undefined> {
    return this.db
      .selectFrom('pace')
      .select([
        'rate',
        'trouble',
        'singleFile',
        sql<boolean>`coalesce(paused_until > clock_now(), false)`.as('rests'),
      ])
      .where('accountId', '=', accountId)
      .executeTakeFirst();
  }
}
