import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { audienceOfAllFollowers } from '../followers/audience-of-all-followers.js';
import type { CheckedAudience, CheckedBroadcast } from './checked-broadcast.js';
import { recordEvent } from './engine/broadcast-events.js';
import type { BroadcastTables } from './engine/engine.tables.js';
import { ensurePace } from './engine/pace-row.js';
import type { Idempotency } from './idempotency.js';

export type BroadcastRow = Selectable<BroadcastTables['broadcast']>;

/** A broadcast that is to start at once. */
export interface NewBroadcast extends CheckedBroadcast {
  readonly id: string;
  readonly accountId: number;
  readonly name: string | null;
  readonly sendsPerSecond: number | null;
}

/** What an idempotency key stands for. */
export interface KeyedRequest {
  readonly broadcastId: string;
  readonly requestHash: Buffer;
}

/** Statements on `broadcast` and on what is born with it. */
@Injectable()
export class BroadcastRepository {
  constructor(private readonly db: Kysely<BroadcastTables>) {}

  /**
   * All of a broadcast or nothing of it. False means that its key was taken meanwhile: the key goes
   * in first, so of two equal requests the later waits here until the other has committed.
   */
  insert(broadcast: NewBroadcast, idempotency?: Idempotency): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      if (idempotency && !(await this.#insertKey(tx, broadcast, idempotency))) return false;
      const { openids, ...audience } = apart(broadcast.audience);
      const now = await instant(tx);
      await tx
        .insertInto('broadcast')
        .values({
          id: broadcast.id,
          accountId: broadcast.accountId,
          name: broadcast.name,
          channel: broadcast.channel,
          templateId: broadcast.templateId,
          message: JSON.stringify(broadcast.message),
          audience: JSON.stringify(audience),
          state: 'running',
          sendsPerSecond: broadcast.sendsPerSecond,
          createdAt: now,
          startedAt: now,
        })
        .execute();
      if (openids !== undefined) await this.#insertMembers(tx, broadcast.id, openids);
      await ensurePace(tx, broadcast.accountId);
      await recordEvent(tx, broadcast.id, 'created', { audience });
      await recordEvent(tx, broadcast.id, 'started');
      return true;
    });
  }

  find(id: string): Promise<BroadcastRow | undefined> {
    return this.db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async anybodyFollows(accountId: number): Promise<boolean> {
    const { rows } = await sql`
      select from (${audienceOfAllFollowers(accountId)}) audience limit 1`.execute(this.db);
    return rows.length > 0;
  }

  keyed(accountId: number, key: string): Promise<KeyedRequest | undefined> {
    return this.db
      .selectFrom('idempotencyKey')
      .select(['broadcastId', 'requestHash'])
      .where('accountId', '=', accountId)
      .where('key', '=', key)
      .executeTakeFirst();
  }

  /** False means that it does not run. */
  async capRunning(id: string, sendsPerSecond: number | null): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('broadcast')
      .set({ sendsPerSecond })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async #insertKey(
    tx: Transaction<BroadcastTables>,
    { id, accountId }: NewBroadcast,
    { key, requestHash }: Idempotency,
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows = 0n } = await tx
      .insertInto('idempotencyKey')
      .values({ accountId, key, requestHash, broadcastId: id, createdAt: sql`clock_now()` })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows > 0n;
  }

  /** One statement however many they are: an array is one parameter. */
  async #insertMembers(
    tx: Transaction<BroadcastTables>,
    broadcastId: string,
    openids: readonly string[],
  ): Promise<void> {
    await sql`
      insert into broadcast_member (broadcast_id, openid)
      select ${broadcastId}::uuid, openid from unnest(${openids}::text[]) as given (openid)`.execute(
      tx,
    );
  }
}

/** The time of the database, once, so that what happens at once carries one time. */
async function instant(tx: Transaction<BroadcastTables>): Promise<Date> {
  const { now } = await tx.selectNoFrom(sql<Date>`clock_now()`.as('now')).executeTakeFirstOrThrow();
  return now;
}

const apart = (
  audience: CheckedAudience,
): Omit<CheckedAudience, 'openids'> & { openids?: readonly string[] } => audience;
