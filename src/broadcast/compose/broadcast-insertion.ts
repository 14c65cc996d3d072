import { Injectable } from '@nestjs/common';
import { Kysely, type Transaction } from 'kysely';
import { withoutOpenids } from '../../audiences/define/sources.js';
import { pageOfList } from '../../audiences/page/audience-page.js';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { ensurePace } from '../../pacing/pace-row.js';
import type { AuditAction } from '../../audit/record/actions.js';
import type { Change } from '../../audit/record/change.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { pictureOf } from './broadcast-picture.js';
import { insertMembers, withOpenidsApart } from './audience-record.js';
import { BroadcastRepository } from './broadcast.repository.js';
import { canarySizeOf } from './canary-size.js';
import type { NewBroadcast } from './checked-broadcast.js';
import { takeDedupeKey } from './dedupe-key.js';
import { recordEvent } from '../engine/record/broadcast-events.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { expandPage } from '../engine/expand/expand-page.js';
import { instant } from '../../database/database-clock.js';
import { Lane } from '../engine/record/lane.js';
import { beginOrSchedule } from '../engine/lifecycle/schedule.js';
import type { Idempotency } from './idempotency.js';

/** The state in which a new broadcast begins; or the earlier message that its dedupe key stands for. */
export type Insertion =
  { readonly state: BroadcastRow['state'] } | { readonly deduplicatedBy: string };

export interface Creation {
  readonly id: string;
  /** True when an earlier request with the same `Idempotency-Key` or dedupe key made it. */
  readonly replayed: boolean;
  /** In which it began; undefined of an earlier one. */
  readonly state?: BroadcastRow['state'];
}

/** Writes a checked broadcast down, in one transaction: all of it or nothing. */
@Injectable()
export class BroadcastInsertion {
  readonly #db: Kysely<BroadcastTables>;
  readonly #broadcasts: BroadcastRepository;
  readonly #lane: Lane;

  constructor(db: Kysely<BroadcastTables>, broadcasts: BroadcastRepository, lane: Lane) {
    this.#db = db;
    this.#broadcasts = broadcasts;
    this.#lane = lane;
  }

  /**
   * Undefined means that another request has taken the `Idempotency-Key` meanwhile. The key is inserted first: of two
   * equal requests the later waits here until the other has committed. The dedupe key comes second, and waits likewise.
   */
  insert(broadcast: NewBroadcast, idempotency?: Idempotency): Promise<Insertion | undefined> {
    return inTransaction(this.#db, async (tx, audit) => {
      if (idempotency && !(await this.#broadcasts.insertKey(tx, broadcast, idempotency)))
        return undefined;
      const { id, accountId, dedupe } = broadcast;
      const deduplicatedBy =
        dedupe && (await takeDedupeKey(tx, { accountId, broadcastId: id }, dedupe));
      if (deduplicatedBy !== undefined) {
        // A repeated request gets the same answer, even when the dedupe key has expired by then.
        if (idempotency)
          await this.#broadcasts.pointKey(tx, accountId, idempotency, deduplicatedBy);
        audit.nothing();
        return { deduplicatedBy };
      }
      audit(creationOf(broadcast));
      return { state: await this.#insert(tx, broadcast) };
    });
  }

  /** The same, with the broadcast that there is then: the new one, or the one that an equal request has made. */
  async insertOnce(broadcast: NewBroadcast, idempotency?: Idempotency): Promise<Creation> {
    const inserted = await this.insert(broadcast, idempotency);
    if (inserted === undefined) {
      const earlier = await this.earlier(broadcast.accountId, idempotency);
      if (earlier === undefined) throw new Error('an idempotency key was taken, and then was not');
      return { id: earlier, replayed: true };
    }
    if ('deduplicatedBy' in inserted) return { id: inserted.deduplicatedBy, replayed: true };
    return { id: broadcast.id, replayed: false, state: inserted.state };
  }

  /** The broadcast that an earlier request with this key made. */
  async earlier(accountId: number, idempotency?: Idempotency): Promise<string | undefined> {
    if (idempotency === undefined) return undefined;
    const keyed = await this.#broadcasts.keyed(accountId, idempotency.key);
    if (keyed === undefined) return undefined;
    if (!keyed.requestHash.equals(idempotency.requestHash)) {
      throw new DomainError(
        'unprocessable',
        'idempotency_key_reused',
        both(
          '该 Idempotency-Key 已用于另一个请求：新任务请用新的 key。',
          'this Idempotency-Key belongs to another request: use a new key for a new broadcast',
        ),
        { details: { broadcastId: keyed.broadcastId } },
      );
    }
    return keyed.broadcastId;
  }

  async #insert(
    tx: Transaction<BroadcastTables>,
    broadcast: NewBroadcast,
  ): Promise<BroadcastRow['state']> {
    const { isDraft, undoSeconds, audience: checked, dedupe: _, ...values } = broadcast;
    const { id, accountId, purpose } = broadcast;
    const { audience, openids } = withOpenidsApart(checked);
    const now = await instant(tx);
    const { tests = null } = broadcast;
    await this.#broadcasts.insert(tx, {
      ...values,
      tests: tests === null ? null : await this.#broadcasts.bindRevision(tx, tests),
      audience,
      canarySize: canarySizeOf(broadcast.canary, false),
      createdAt: now,
    });
    await ensurePace(tx, accountId);
    await recordEvent(tx, id, 'created', { audience: withoutOpenids(audience) });
    const state = isDraft
      ? 'draft'
      : await beginOrSchedule(tx, { ...broadcast, state: 'draft' }, now, undoSeconds);
    if (purpose === 'single') await this.#expandAtOnce(tx, broadcast, openids ?? []);
    else if (openids !== undefined) await insertMembers(tx, id, openids);
    return state;
  }

  /** A single message is expanded here: it needs no job, and does not wait behind the audiences of broadcasts. */
  async #expandAtOnce(
    tx: Transaction<BroadcastTables>,
    { id, accountId }: NewBroadcast,
    openids: readonly string[],
  ): Promise<void> {
    await expandPage(tx, {
      broadcastId: id,
      accountId,
      page: pageOfList(openids),
      lane: this.#lane.of('expand'),
    });
  }
}

const ACTIONS = {
  broadcast: 'broadcast.create',
  test: 'broadcast.test',
  single: 'message.send',
} as const satisfies Readonly<Record<NewBroadcast['purpose'], AuditAction>>;

const creationOf = (broadcast: NewBroadcast): Change => {
  const { id, accountId, purpose } = broadcast;
  const { audience } = withOpenidsApart(broadcast.audience);
  return {
    action: ACTIONS[purpose],
    target: { kind: purpose === 'single' ? 'message' : 'broadcast', id },
    accountId,
    after: pictureOf({ draft: null, ...broadcast, audience }),
  };
};
