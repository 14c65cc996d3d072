import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Idempotency } from '../compose/idempotency.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';

/** The broadcast that a verb is about: a key belongs to it, and another broadcast may have the same. */
export interface Target {
  readonly id: string;
  readonly accountId: number;
}

/** The `Idempotency-Key`s of verbs: each stands for what was done, and is written in the transaction that does it. */
@Injectable()
export class VerbKeys {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  /**
   * Whether an equal request was carried out under this key. Asked before anything else is checked: what has been done
   * needs no second confirmation. Asked again under the broadcast's lock, where the answer stays true.
   */
  async isReplay(
    target: Target,
    asked: Idempotency | undefined,
    tx: Kysely<BroadcastTables> = this.#db,
  ): Promise<boolean> {
    if (asked === undefined) return false;
    const known = await tx
      .selectFrom('verbKey')
      .select('requestHash')
      .where('accountId', '=', target.accountId)
      .where('targetKind', '=', 'broadcast')
      .where('targetId', '=', target.id)
      .where('key', '=', asked.key)
      .executeTakeFirst();
    if (known === undefined) return false;
    if (!known.requestHash.equals(asked.requestHash)) throw keyReused(target.id);
    return true;
  }

  async keep(
    tx: Transaction<BroadcastTables>,
    { id, accountId }: Target,
    asked: Idempotency | undefined,
  ): Promise<void> {
    if (asked === undefined) return;
    const { key, requestHash } = asked;
    await tx
      .insertInto('verbKey')
      .values({
        accountId,
        targetKind: 'broadcast',
        targetId: id,
        key,
        requestHash,
        createdAt: sql<Date>`clock_now()`,
      })
      .execute();
  }
}

const keyReused = (broadcastId: string): DomainError =>
  new DomainError(
    'unprocessable',
    'idempotency_key_reused',
    both(
      '该 Idempotency-Key 已用于此任务的另一个请求：请用新的 key。',
      'this Idempotency-Key belongs to another request about the broadcast: use a new key',
    ),
    { details: { broadcastId } },
  );
