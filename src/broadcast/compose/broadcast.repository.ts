import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { NewBroadcast } from './checked-broadcast.js';
import type { AudienceRecord, BroadcastTables } from '../engine/record/engine.tables.js';
import { type AudienceOf, audienceQuery } from '../engine/expand/audience-query.js';
import type { Idempotency } from './idempotency.js';

/** What an idempotency key stands for. */
export interface KeyedRequest {
  readonly broadcastId: string;
  readonly requestHash: Buffer;
}

/** The columns of a new broadcast, in which its list of openids has become a count. */
export interface BroadcastValues extends Omit<NewBroadcast, 'audience' | 'isDraft' | 'dedupe'> {
  readonly audience: AudienceRecord;
  readonly createdAt: Date;
}

/** Statements on `broadcast` and on the keys that stand for one. */
@Injectable()
export class BroadcastRepository {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /** Every broadcast begins as a draft. */
  async insert(
    tx: Transaction<BroadcastTables>,
    { message, audience, sendHours, canary, ...values }: BroadcastValues,
  ): Promise<void> {
    await tx
      .insertInto('broadcast')
      .values({
        ...values,
        message: JSON.stringify(message),
        audience: JSON.stringify(audience),
        sendHours: sendHours && JSON.stringify(sendHours),
        canary: canary && JSON.stringify(canary),
        canarySize: canary && 'first' in canary ? canary.first : null,
        state: 'draft',
      })
      .execute();
  }

  async anybodyIn(audience: AudienceOf): Promise<boolean> {
    const { rows } = await sql`
      select from (${audienceQuery(audience)}) audience limit 1`.execute(this.#db);
    return rows.length > 0;
  }

  keyed(accountId: number, key: string): Promise<KeyedRequest | undefined> {
    return this.#db
      .selectFrom('idempotencyKey')
      .select(['broadcastId', 'requestHash'])
      .where('accountId', '=', accountId)
      .where('key', '=', key)
      .executeTakeFirst();
  }

  /** False when the key is taken. Of two equal requests the later waits here until the other has committed. */
  async insertKey(
    tx: Transaction<BroadcastTables>,
    { id, accountId }: Pick<NewBroadcast, 'id' | 'accountId'>,
    { key, requestHash }: Idempotency,
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('idempotencyKey')
      .values({ accountId, key, requestHash, broadcastId: id, createdAt: sql`clock_now()` })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  }

  async pointKey(
    tx: Transaction<BroadcastTables>,
    accountId: number,
    { key }: Idempotency,
    broadcastId: string,
  ): Promise<void> {
    await tx
      .updateTable('idempotencyKey')
      .set({ broadcastId })
      .where('accountId', '=', accountId)
      .where('key', '=', key)
      .execute();
  }
}
