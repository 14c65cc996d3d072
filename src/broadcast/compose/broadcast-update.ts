import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import type { ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { Seen } from '../../http/if-match.js';
import type { Change } from '../../audit/record/change.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { pictureOf } from './broadcast-picture.js';
import { deleteMembers, insertMembers, withOpenidsApart } from './audience-record.js';
import { BroadcastRepository, type VersionedBroadcast } from './broadcast.repository.js';
import { canarySizeOf } from './canary-size.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastSettings, CheckedAudience, CheckedMessage } from './checked-broadcast.js';
import { requireSeen } from './revision-stale.js';
import { revised } from './sitting.js';
import { recordEvent } from '../engine/record/broadcast-events.js';
import type { BroadcastTables, DraftRequest } from '../engine/record/engine.tables.js';
import { instant } from '../../database/database-clock.js';
import { listSources } from '../engine/expand/broadcast-sources.js';
import { applySendHours } from '../engine/send-hours/apply-send-hours.js';

/** What a request changes of a broadcast, with nothing left to refuse. */
export interface CheckedChange {
  /** What the request named, for the broadcast's history. */
  readonly names: readonly string[];
  readonly settings: Partial<BroadcastSettings>;
  readonly message: CheckedMessage;
  readonly audience?: CheckedAudience | undefined;
  /** The members of a draft that do not fit; null where there are none. */
  readonly draft?: DraftRequest | null;
}

/** Writes a checked change down, in one transaction under the lock of the broadcast: all of it or nothing. */
@Injectable()
export class BroadcastUpdate {
  readonly #db: Kysely<BroadcastTables>;
  readonly #broadcasts: BroadcastRepository;

  constructor(db: Kysely<BroadcastTables>, broadcasts: BroadcastRepository) {
    this.#db = db;
    this.#broadcasts = broadcasts;
  }

  read(id: string): Promise<VersionedBroadcast | undefined> {
    return this.#broadcasts.findVersioned(id);
  }

  /** False means that the broadcast has changed since it was read. */
  changeUnstarted(broadcast: VersionedBroadcast, change: CheckedChange): Promise<boolean> {
    const { id } = broadcast;
    return inTransaction(this.#db, async (tx, audit) => {
      const locked = await this.#broadcasts.lock(tx, id);
      if (locked?.version !== broadcast.version) return false;
      const { settings, message, names, audience, draft = null } = change;
      const { canary } = settings;
      await this.#broadcasts.update(tx, id, {
        ...settings,
        ...message,
        ...revised(),
        draft,
        ...(canary !== undefined && {
          canarySize: canarySizeOf(canary, locked.expandedAt !== null),
        }),
      });
      if (audience) await this.#replaceAudience(tx, id, audience);
      if (audience && locked.state === 'scheduled') await listSources(tx, id);
      await recordEvent(tx, id, 'changed', { changed: names });
      const record = audience && withOpenidsApart(audience);
      const after = { ...broadcast, ...settings, ...message, draft, ...record };
      audit(changed(broadcast, after));
      return true;
    });
  }

  /** Writes what fits of a draft, in the caller's transaction, under its lock. */
  async fit(
    tx: Transaction<BroadcastTables>,
    id: string,
    { settings, message, audience }: Omit<CheckedChange, 'names'>,
  ): Promise<void> {
    await this.#broadcasts.update(tx, id, { ...settings, ...message, draft: null });
    if (audience) await this.#replaceAudience(tx, id, audience);
  }

  /** Writes down what an audience names now, in the caller's transaction, under its lock. A list stays as it is. */
  renewAudience(
    tx: Transaction<BroadcastTables>,
    id: string,
    audience: ResolvedAudience,
  ): Promise<void> {
    return this.#broadcasts.update(tx, id, { audience });
  }

  /** False means that the broadcast does not run. */
  changeRunning(
    broadcast: BroadcastRow,
    settings: Pick<Partial<BroadcastSettings>, 'sendsPerSecond' | 'sendHours'>,
    seen: Seen | undefined,
  ): Promise<boolean> {
    const { id } = broadcast;
    return inTransaction(this.#db, async (tx, audit) => {
      const locked = await this.#broadcasts.lock(tx, id);
      if (locked?.state !== 'running') return false;
      requireSeen(locked, seen);
      await this.#broadcasts.update(tx, id, { ...settings, etag: sql`etag + 1` });
      const { sendHours } = settings;
      if (sendHours !== undefined) await applySendHours(tx, id, sendHours, await instant(tx));
      await recordEvent(tx, id, 'changed', { changed: Object.keys(settings) });
      audit(changed(broadcast, { ...broadcast, ...settings }));
      return true;
    });
  }

  /**
   * Deletes a draft with all that refers to it, and answers with the state that it found; undefined means that there is
   * no such broadcast. Another request for the draft waits for the lock and then finds no row; or we wait for it, and
   * find the broadcast started.
   */
  deleteDraft(id: string): Promise<BroadcastRow['state'] | undefined> {
    return inTransaction(this.#db, async (tx, audit) => {
      const locked = await this.#broadcasts.lock(tx, id);
      if (locked?.state !== 'draft') return locked?.state;
      const { accountId } = locked;
      audit({ action: 'broadcast.delete', target: { kind: 'broadcast', id }, accountId });
      await deleteMembers(tx, id);
      // A key without its broadcast would answer a repeated request with one that is not there.
      await this.#broadcasts.deleteKeys(tx, id);
      await this.#broadcasts.delete(tx, id);
      return locked.state;
    });
  }

  async #replaceAudience(
    tx: Transaction<BroadcastTables>,
    id: string,
    checked: CheckedAudience,
  ): Promise<void> {
    const { audience, openids } = withOpenidsApart(checked);
    await this.#broadcasts.update(tx, id, { audience });
    await deleteMembers(tx, id);
    if (openids !== undefined) await insertMembers(tx, id, openids);
  }
}

const changed = (before: BroadcastRow, after: Parameters<typeof pictureOf>[0]): Change => ({
  action: 'broadcast.change',
  target: { kind: 'broadcast', id: before.id },
  accountId: before.accountId,
  before: pictureOf(before),
  after: pictureOf(after),
});
