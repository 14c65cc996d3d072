import { Injectable } from '@nestjs/common';
import { Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { BroadcastSettings, CheckedMessage, NewBroadcast } from './checked-broadcast.js';
import { actorColumn } from '../engine/record/broadcast-events.js';
import type {
  AudienceRecord,
  BroadcastTables,
  DraftRequest,
} from '../engine/record/engine.tables.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import { DELIVERY_STATES } from '../engine/record/states.js';
import { type AudienceOf, audienceQuery } from '../engine/expand/audience-query.js';
import { reviserNow } from './sitting.js';
import { whyUnreachable } from '../engine/record/why-unreachable.js';
import type { Idempotency } from './idempotency.js';

/** What an idempotency key stands for. */
export interface KeyedRequest {
  readonly broadcastId: string;
  readonly requestHash: Buffer;
}

/** The columns of a new broadcast, in which its list of openids has become a count. */
export interface BroadcastValues extends Omit<
  NewBroadcast,
  'audience' | 'isDraft' | 'undoSeconds' | 'dedupe'
> {
  readonly audience: AudienceRecord;
  readonly canarySize: CanarySize;
  readonly createdAt: Date;
}

type CanarySize = number | RawBuilder<number> | null;

/** The columns that a change may set; what is left out stays. */
export interface ChangedValues extends Partial<BroadcastSettings>, Partial<CheckedMessage> {
  readonly audience?: AudienceRecord;
  readonly canarySize?: CanarySize;
  readonly etag?: RawBuilder<number>;
  readonly draft?: DraftRequest | null;
}

/** A broadcast as it was at some moment. */
export interface VersionedBroadcast extends BroadcastRow {
  /** Another one each time that the row changes. */
  readonly version: string;
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
    { message, audience, sendHours, canary, contactCap, draft = null, ...values }: BroadcastValues,
  ): Promise<void> {
    await tx
      .insertInto('broadcast')
      .values({
        ...values,
        message: JSON.stringify(message),
        audience: JSON.stringify(audience),
        sendHours: sendHours && JSON.stringify(sendHours),
        canary: canary && JSON.stringify(canary),
        contactCap: contactCap && JSON.stringify(contactCap),
        draft: draft && JSON.stringify(draft),
        state: 'draft',
        revisedAt: values.createdAt,
        revisedBy: reviserNow(),
        createdBy: actorColumn(),
      })
      .execute();
  }

  /** Somebody relies on what it says now: the next change begins a revision. Undefined where it is gone. */
  async bindRevision(tx: Transaction<BroadcastTables>, id: string): Promise<string | undefined> {
    const bound = await tx
      .updateTable('broadcast')
      .set({ revisionBound: true })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    return bound?.id;
  }

  findVersioned(id: string): Promise<VersionedBroadcast | undefined> {
    return this.#db
      .selectFrom('broadcast')
      .selectAll()
      .select(VERSION)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  lock(
    tx: Transaction<BroadcastTables>,
    id: string,
  ): Promise<
    Pick<VersionedBroadcast, 'state' | 'accountId' | 'expandedAt' | 'etag' | 'version'> | undefined
  > {
    return tx
      .selectFrom('broadcast')
      .select(['state', 'accountId', 'expandedAt', 'etag', VERSION])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
  }

  async update(
    tx: Transaction<BroadcastTables>,
    id: string,
    { message, audience, sendHours, canary, contactCap, draft, ...values }: ChangedValues,
  ): Promise<void> {
    await tx
      .updateTable('broadcast')
      .set({
        ...values,
        ...(message !== undefined && { message: JSON.stringify(message) }),
        ...(audience !== undefined && { audience: JSON.stringify(audience) }),
        ...(sendHours !== undefined && { sendHours: sendHours && JSON.stringify(sendHours) }),
        ...(canary !== undefined && { canary: canary && JSON.stringify(canary) }),
        ...(contactCap !== undefined && {
          contactCap: contactCap && JSON.stringify(contactCap),
        }),
        ...(draft !== undefined && { draft: draft && JSON.stringify(draft) }),
      })
      .where('id', '=', id)
      .execute();
  }

  async delete(tx: Transaction<BroadcastTables>, id: string): Promise<void> {
    await tx.deleteFrom('broadcast').where('id', '=', id).execute();
  }

  async anybodyIn(audience: AudienceOf): Promise<boolean> {
    const { rows } = await sql`
      select from (${audienceQuery(audience)}) audience limit 1`.execute(this.#db);
    return rows.length > 0;
  }

  async countIn(audience: AudienceOf): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::float8 as count from (${audienceQuery(audience)}) audience`.execute(
      this.#db,
    );
    return rows[0]?.count ?? 0;
  }

  /**
   * How many of an audience are sent to, under null, and how many are spared, by reason; undefined where there are more
   * than `most` people to look at.
   */
  async reachIn(
    audience: AudienceOf,
    most: number,
  ): Promise<ReadonlyMap<string | null, number> | undefined> {
    const { id, accountId } = audience;
    const { rows } = await sql<{ why: string | null; count: number }>`
      with people as materialized (
        select ${id}::uuid as broadcast_id, ${accountId}::integer as account_id, openid
        from (${audienceQuery(audience)}) audience limit ${most + 1}
      ), judged as materialized (
        select ${sql.raw(whyUnreachable('people'))} as why from people
      )
      select why, count(*)::float8 as count from judged group by why`.execute(this.#db);
    const all = rows.reduce((sum, { count }) => sum + count, 0);
    return all > most ? undefined : new Map(rows.map(({ why, count }) => [why, count]));
  }

  /** How many of a broadcast whose audience is on record are to be sent to. */
  async frozenCount(id: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select coalesce(sum(${sql.raw(DELIVERY_STATES.join(' + '))} - skipped), 0)::float8 as count
      from broadcast_counter where broadcast_id = ${id}`.execute(this.#db);
    return rows[0]?.count ?? 0;
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

  async deleteKeys(tx: Transaction<BroadcastTables>, broadcastId: string): Promise<void> {
    await tx.deleteFrom('idempotencyKey').where('broadcastId', '=', broadcastId).execute();
  }

  /** Lets a key stand for another broadcast than the one it was inserted with. */
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

/** The transaction that wrote the row last. */
const VERSION = sql<string>`broadcast.xmin::text`.as('version');
