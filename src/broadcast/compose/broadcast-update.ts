import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { withOpenidsApart, deleteMembers, insertMembers } from './audience-record.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { recordEvent } from '../engine/record/broadcast-events.js';
import type { BroadcastTables, Canary } from '../engine/record/engine.tables.js';
import { instant } from '../../database/database-clock.js';
import { keepSendHours } from '../engine/send-hours/send-hours-keeping.js';

/** A broadcast as it was at some moment. */
export interface ReadBroadcast extends BroadcastRow {
  /** Another one each time that the row changes. */
  readonly version: string;
}

export interface AskedChange {
  /** What the request named, for the broadcast's history. */
  readonly names: readonly string[];
  readonly settings: Partial<BroadcastSettings>;
  readonly message: CheckedMessage;
  readonly audience?: CheckedAudience | undefined;
}

/** Statements that change a broadcast, under the lock of its row. */
@Injectable()
export class BroadcastUpdate {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  read(id: string): Promise<ReadBroadcast | undefined> {
    return this.#db
      .selectFrom('broadcast')
      .selectAll()
      .select(VERSION)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** False means that it is no longer as it was read. */
  changeUnstarted({ id, version }: ReadBroadcast, asked: AskedChange): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const found = await tx
        .selectFrom('broadcast')
        .select(['expandedAt', VERSION])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (found?.version !== version) return false;
      const { sendHours, canary, ...settings } = asked.settings;
      const { channel, templateId, message } = asked.message;
      await tx
        .updateTable('broadcast')
        .set({
          ...settings,
          ...(sendHours !== undefined && { sendHours: sendHours && JSON.stringify(sendHours) }),
          ...(canary !== undefined && {
            canary: canary && JSON.stringify(canary),
            canarySize: sizeOf(canary, found.expandedAt !== null),
          }),
          channel,
          templateId,
          message: JSON.stringify(message),
        })
        .where('id', '=', id)
        .execute();
      if (asked.audience) await this.#replaceAudience(tx, id, asked.audience);
      await recordEvent(tx, id, 'changed', { changed: asked.names });
      return true;
    });
  }

  /** False means that it does not run. */
  changeRunning(id: string, settings: Partial<BroadcastSettings>): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      const { sendHours, sendsPerSecond } = settings;
      const found = await tx
        .selectFrom('broadcast')
        .select('id')
        .where('id', '=', id)
        .where('state', '=', 'running')
        .forUpdate()
        .executeTakeFirst();
      if (!found) return false;
      if (sendsPerSecond !== undefined)
        await tx.updateTable('broadcast').set({ sendsPerSecond }).where('id', '=', id).execute();
      if (sendHours !== undefined) {
        const stored = sendHours && JSON.stringify(sendHours);
        await tx.updateTable('broadcast').set({ sendHours: stored }).where('id', '=', id).execute();
        await keepSendHours(tx, id, sendHours, await instant(tx));
      }
      await recordEvent(tx, id, 'changed', { changed: Object.keys(settings) });
      return true;
    });
  }

  /**
   * The state in which it was found; a draft is gone then, with all that refers to it. Undefined: there is none.
   * Whoever starts or changes it waits for the row, and then finds none; or we wait, and find it started.
   */
  deleteDraft(id: string): Promise<BroadcastRow['state'] | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      const found = await tx
        .selectFrom('broadcast')
        .select('state')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (found?.state !== 'draft') return found?.state;
      await deleteMembers(tx, id);
      // A key without its broadcast would answer a repeated request with one that is not there.
      await tx.deleteFrom('idempotencyKey').where('broadcastId', '=', id).execute();
      await tx.deleteFrom('broadcast').where('id', '=', id).execute();
      return found.state;
    });
  }

  async #replaceAudience(
    tx: Transaction<BroadcastTables>,
    id: string,
    checked: CheckedAudience,
  ): Promise<void> {
    const { audience, openids } = withOpenidsApart(checked);
    await tx
      .updateTable('broadcast')
      .set({ audience: JSON.stringify(audience) })
      .where('id', '=', id)
      .execute();
    await deleteMembers(tx, id);
    if (openids !== undefined) await insertMembers(tx, id, openids);
  }
}

/** The transaction that wrote the row last. */
const VERSION = sql<string>`broadcast.xmin::text`.as('version');

/** A share is known once the audience is; expansion writes it at its end. */
function sizeOf(canary: Canary | null, isExpanded: boolean): number | RawBuilder<number> | null {
  if (canary === null) return null;
  if ('first' in canary) return canary.first;
  if (!isExpanded) return null;
  return sql<number>`greatest(1, ceil(${canary.percent}::numeric / 100 * (
    select coalesce(sum(pending), 0) from broadcast_counter where broadcast_id = broadcast.id)))`;
}
