import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { apart, insertMembers } from './audience-record.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { type DedupeKey, takeDedupeKey } from './dedupe-key.js';
import { recordEvent } from './engine/broadcast-events.js';
import type { BroadcastTables } from './engine/engine.tables.js';
import { type AudienceOf, audienceQuery } from './engine/expand/audience-query.js';
import { expandPage } from './engine/expand/expand-page.js';
import { instant } from './engine/instant.js';
import { Lane } from './engine/lane.js';
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
  /** Keeps a second message of this key away; of single messages only. */
  readonly dedupe?: DedupeKey | undefined;
}

/** The state that a new broadcast begins in; or the earlier message that its dedupe key stands for. */
export type Insertion =
  { readonly state: BroadcastRow['state'] } | { readonly deduplicatedBy: string };

/** What an idempotency key stands for. */
export interface KeyedRequest {
  readonly broadcastId: string;
  readonly requestHash: Buffer;
}

/** Statements on `broadcast` and on what is born with it. */
@Injectable()
export class BroadcastRepository {
  constructor(
    private readonly db: Kysely<BroadcastTables>,
    private readonly lane: Lane,
  ) {}

  /**
   * All of a broadcast or nothing of it. Undefined means that its `Idempotency-Key` was taken
   * meanwhile: the key goes in first, so of two equal requests the later waits here until the other
   * has committed. The same holds of the dedupe key, which comes second.
   */
  insert(broadcast: NewBroadcast, idempotency?: Idempotency): Promise<Insertion | undefined> {
    return this.db.transaction().execute(async (tx) => {
      if (idempotency && !(await this.#insertKey(tx, broadcast, idempotency))) return undefined;
      const {
        isDraft,
        audience: checked,
        message,
        sendHours,
        canary,
        dedupe,
        ...values
      } = broadcast;
      const { id, accountId } = broadcast;
      const deduplicatedBy =
        dedupe && (await takeDedupeKey(tx, { accountId, broadcastId: id }, dedupe));
      if (deduplicatedBy !== undefined) {
        // Asked again under this key when the other's time is over, the answer is still the same.
        if (idempotency) await this.#pointKey(tx, broadcast, idempotency, deduplicatedBy);
        return { deduplicatedBy };
      }
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
      await ensurePace(tx, accountId);
      await recordEvent(tx, id, 'created', { audience });
      const state = isDraft
        ? 'draft'
        : await beginOrSchedule(tx, { ...broadcast, state: 'draft' }, now);
      if (broadcast.purpose === 'single') await this.#expandAtOnce(tx, broadcast, openids ?? []);
      else if (openids !== undefined) await insertMembers(tx, id, openids);
      return { state };
    });
  }

  find(id: string): Promise<BroadcastRow | undefined> {
    return this.db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async anybodyIn(audience: AudienceOf): Promise<boolean> {
    const { rows } = await sql`
      select from (${audienceQuery(audience)}) audience limit 1`.execute(this.db);
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

  async #pointKey(
    tx: Transaction<BroadcastTables>,
    { accountId }: NewBroadcast,
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

  /** One recipient needs no job of expansion, and does not wait behind those of whole audiences. */
  async #expandAtOnce(
    tx: Transaction<BroadcastTables>,
    { id, accountId }: NewBroadcast,
    openids: readonly string[],
  ): Promise<void> {
    await expandPage(tx, {
      broadcastId: id,
      accountId,
      recipients: sql`
        select openid collate "C" as openid, null::jsonb as vars
        from unnest(${openids}::text[]) as given (openid)`,
      after: null,
      limit: openids.length + 1,
      lane: this.lane.of('expand'),
    });
  }
}
