import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql } from 'kysely';
import type { Picture } from '../../audit/record/change.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import type { AccountScope } from '../../accounts/account-scopes.js';
import { page, type Page } from '../../http/cursor.js';
import type { Told } from '../parse/reading.js';
import { isSource, uploadInUse } from './upload-in-use.js';
import type { UploadTable, UploadTables } from './upload.tables.js';

export type UploadRow = Selectable<UploadTable>;

/** An upload, and whether it waits for a worker in vain. */
export interface UploadRecord extends UploadRow {
  readonly untaken: boolean;
}

const NOW = sql<Date>`clock_now()`;

/** Asked for ten seconds ago, and no worker has taken it, or is on it any more. */
const UNTAKEN = sql<boolean>`(state in ('received', 'importing') and purged_at is null and
  coalesce(alive_at, asked_at) < clock_now() - case when alive_at is null then interval '10 seconds'
    else interval '60 seconds' end)`.as('untaken');

/** What reading begins with: nothing is counted yet, and whoever is on it is not any more. */
const AFRESH = {
  problem: null,
  rows: 0,
  usable: 0,
  failed: 0,
  duplicates: 0,
  followers: null,
  tries: 0,
  aliveAt: null,
  takenAt: null,
  askedAt: NOW,
} as const;

/** Statements of what people do with uploads. Each says by what it changes whether it was possible. */
@Injectable()
export class UploadRepository {
  readonly #db: Kysely<UploadTables>;

  constructor(db: Kysely<UploadTables>) {
    this.#db = db;
  }

  find(id: string): Promise<UploadRecord | undefined> {
    return this.#db
      .selectFrom('upload')
      .selectAll()
      .select(UNTAKEN)
      .where('id', '=', id)
      .where('accountId', 'is not', null)
      .where('removedAt', 'is', null)
      .executeTakeFirst();
  }

  async list(scope: AccountScope, below: string, limit: number): Promise<Page<UploadRecord>> {
    const rows = await (scope === 'all'
      ? this.#newest(below, limit + 1)
      : this.#newestOf(scope, below, limit + 1));
    return page(rows, limit, ({ id }) => id);
  }

  #newest(below: string, limit: number): Promise<UploadRecord[]> {
    return this.#db
      .selectFrom('upload')
      .selectAll()
      .select(UNTAKEN)
      .where('id', '<', below)
      .where('removedAt', 'is', null)
      .where('accountId', 'is not', null)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Each account's first ones, merged: nobody reads past what the page may need. */
  #newestOf(accountIds: readonly number[], below: string, limit: number): Promise<UploadRecord[]> {
    return this.#db
      .selectFrom(
        sql<{ account: number }>`unnest(${accountIds}::integer[])`.as<'asked'>(sql`asked(account)`),
      )
      .innerJoinLateral(
        (eb) =>
          eb
            .selectFrom('upload')
            .selectAll()
            .select(UNTAKEN)
            .whereRef('accountId', '=', 'asked.account')
            .where('id', '<', below)
            .where('removedAt', 'is', null)
            .orderBy('id', 'desc')
            .limit(limit)
            .as('newest'),
        (join) => join.onTrue(),
      )
      .selectAll('newest')
      .orderBy('newest.id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Says how it is to be read; a worker looks at it anew. False where it is too late, or nothing is there to be read. */
  change(upload: UploadRow, told: Told, before: Picture, after: Picture): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const { numUpdatedRows } = await tx
        .updateTable('upload')
        .set((eb) => ({
          ...AFRESH,
          state: 'received',
          told: JSON.stringify(told),
          turn: eb('turn', '+', 1),
          found: null,
          warnings: '[]',
        }))
        .where('id', '=', upload.id)
        .where('turn', '=', upload.turn)
        .where('state', 'in', ['received', 'previewed', 'failed'])
        .where('removedAt', 'is', null)
        .where('partsClearedAt', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      audit({
        action: 'upload.change',
        target: { kind: 'upload', id: upload.id },
        accountId: upload.accountId ?? undefined,
        before,
        after,
      });
      return true;
    });
  }

  /** Has it imported; once it is previewed, where a worker has not looked at it yet. */
  import(upload: UploadRow): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const waits = upload.state === 'received';
      const { numUpdatedRows } = await tx
        .updateTable('upload')
        .$if(waits, (query) => query.set({ autoImport: true }))
        .$if(!waits, (query) =>
          query.set((eb) => ({ ...AFRESH, state: 'importing', turn: eb('turn', '+', 1) })),
        )
        .where('id', '=', upload.id)
        .where('turn', '=', upload.turn)
        .where('state', '=', upload.state)
        .where('removedAt', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      audit({
        action: 'upload.import',
        target: { kind: 'upload', id: upload.id },
        accountId: upload.accountId ?? undefined,
      });
      return true;
    });
  }

  /** Nobody sees it any more; the sweep clears its rows. */
  async remove({ id, accountId, name }: UploadRow): Promise<void> {
    await inTransaction(this.#db, async (tx, audit) => {
      await sql`select from upload where id = ${id} for update`.execute(tx);
      if (await isSource(tx, id)) throw uploadInUse(id);
      const { numUpdatedRows } = await tx
        .updateTable('upload')
        .set((eb) => ({ removedAt: NOW, purgedAt: NOW, turn: eb('turn', '+', 1) }))
        .where('id', '=', id)
        .where('removedAt', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n)
        audit({
          action: 'upload.delete',
          target: { kind: 'upload', id },
          accountId: accountId ?? undefined,
          before: { name },
        });
      else audit.nothing();
    });
  }
}
