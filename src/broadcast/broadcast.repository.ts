import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { audienceOfAllFollowers } from '../followers/audience-of-all-followers.js';
import { apart, insertMembers } from './audience-record.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { recordEvent } from './engine/broadcast-events.js';
import type { BroadcastTables } from './engine/engine.tables.js';
import { instant } from './engine/instant.js';
import { beginOrSchedule } from './engine/schedule/schedule.js';
import { ensurePace } from '../pacing/pace-row.js';
import type { Idempotency } from './idempotency.js';

export type BroadcastRow = Selectable<BroadcastTables['broadcast']>;

export interface NewBroadcast extends CheckedMessage, BroadcastSettings {
  readonly id: string;
  readonly accountId: number;
  readonly purpose: BroadcastRow['purpose'];
  readonly audience: CheckedAudience;
  /** Neither starts nor is scheduled yet. */
  readonly isDraft: boolean;
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
   * All of a broadcast or nothing of it, and the state that it begins in. Undefined means that its
   * key was taken meanwhile: the key goes in first, so of two equal requests the later waits here
   * until the other has committed.
   */
  insert(
    broadcast: NewBroadcast,
    idempotency?: Idempotency,
  ): Promise<BroadcastRow['state'] | undefined> {
    return this.db.transaction().execute(async (tx) => {
      if (idempotency && !(await this.#insertKey(tx, broadcast, idempotency))) return undefined;
      const { isDraft, audience: checked, message, sendHours, canary, ...values } = broadcast;
      const { audience, openids } = apart(checked);
      const now = await instant(tx);
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
          createdAt: now,
        })
        .execute();
      if (openids !== undefined) await insertMembers(tx, broadcast.id, openids);
      await ensurePace(tx, broadcast.accountId);
      await recordEvent(tx, broadcast.id, 'created', { audience });
      if (isDraft) return 'draft';
      return beginOrSchedule(tx, { ...broadcast, state: 'draft' }, now);
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
}
