import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { Clock } from '../../kernel/clock.js';
import { newBroadcastId } from '../../kernel/ids.js';
import type { KeptProblem, UploadTables } from '../record/upload.tables.js';

export interface NewUpload {
  readonly name: string;
  readonly autoImport: boolean;
}

/** What is known once all of it has come. */
export interface Received {
  readonly fileName: string | undefined;
  readonly sha256: Buffer;
  readonly key: string | undefined;
}

/** Who sent a key before: with the same bytes, it is the same upload. */
export type Earlier = { readonly id: string; readonly same: boolean };

/** Statements of a file that comes in. Nothing of it counts before `finish`. */
@Injectable()
export class ReceivingRepository {
  readonly #db: Kysely<UploadTables>;
  readonly #clock: Clock;

  constructor(db: Kysely<UploadTables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async begin(account: Account, { name, autoImport }: NewUpload): Promise<string> {
    const id = newBroadcastId(this.#clock.now());
    await this.#db
      .insertInto('upload')
      .values({
        id,
        accountId: account.id,
        name,
        autoImport,
        state: 'receiving',
        aliveAt: sql<Date>`clock_now()`,
        size: 0,
        told: '{}',
        warnings: '[]',
        turn: 1,
        tries: 0,
        rows: 0,
        usable: 0,
        failed: 0,
        duplicates: 0,
        createdAt: sql<Date>`clock_now()`,
      })
      .execute();
    return id;
  }

  /** False where nobody waits for it any more: the sweep took it for broken off, or somebody has removed it. */
  async putPart(id: string, no: number, bytes: Buffer): Promise<boolean> {
    const { numAffectedRows } = await sql`
      with alive as (
        update upload set alive_at = clock_now(), size = size + ${bytes.length}
        where id = ${id} and state = 'receiving' and removed_at is null returning id
      )
      insert into upload_part (upload_id, no, bytes) select id, ${no}, ${bytes} from alive`.execute(
      this.#db,
    );
    return numAffectedRows === 1n;
  }

  earlier(accountId: number, key: string, sha256: Buffer): Promise<Earlier | undefined> {
    return this.#db
      .selectFrom('upload')
      .select(['id', sql<boolean>`sha256 = ${sha256}`.as('same')])
      .where('accountId', '=', accountId)
      .where('idempotencyKey', '=', key)
      .where('removedAt', 'is', null)
      .executeTakeFirst();
  }

  /** It is whole. False where nobody waits for it any more. */
  finish(
    id: string,
    account: Account,
    { fileName, sha256, key }: Received,
    size: number,
  ): Promise<boolean> {
    return inTransaction(this.#db, async (tx, audit) => {
      const made = await tx
        .updateTable('upload')
        .set({
          state: 'received',
          fileName: fileName ?? null,
          sha256,
          idempotencyKey: key ?? null,
          aliveAt: null,
          askedAt: sql<Date>`clock_now()`,
        })
        .where('id', '=', id)
        .where('state', '=', 'receiving')
        .where('removedAt', 'is', null)
        .where('size', '=', String(size))
        .returning(['name', 'size'])
        .executeTakeFirst();
      if (made === undefined) return false;
      audit({
        action: 'upload.create',
        target: { kind: 'upload', id },
        accountId: account.id,
        after: { name: made.name, size: Number(made.size) },
      });
      return true;
    });
  }

  /** What broke off leaves its reason, and no bytes. */
  async drop(id: string, problem: KeptProblem): Promise<void> {
    await sql`
      with dropped as (
        update upload set state = 'failed', problem = ${JSON.stringify(problem)}::jsonb,
          parts_cleared_at = clock_now(), alive_at = null
        where id = ${id} and state = 'receiving' returning id
      )
      delete from upload_part part using dropped where part.upload_id = dropped.id`.execute(
      this.#db,
    );
  }

  /** For one that another has turned out to be: nothing of it stays. */
  async forget(id: string): Promise<void> {
    await this.#db.deleteFrom('uploadPart').where('uploadId', '=', id).execute();
    await this.#db
      .deleteFrom('upload')
      .where('id', '=', id)
      .where('state', '=', 'receiving')
      .execute();
  }
}
