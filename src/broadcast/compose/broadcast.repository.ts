import { Injectable } from '@nestjs/common';
import { Kysely, type QueryResult, type RawBuilder, sql, type Transaction } from 'kysely';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { audiencePage, readsInOrder } from '../../audiences/page/audience-page.js';
import type { AudienceOf, ResolvedAudience } from '../../audiences/record/resolved-audience.js';
import type { BroadcastSettings, CheckedMessage, NewBroadcast } from './checked-broadcast.js';
import { actorColumn } from '../engine/record/broadcast-events.js';
import type { BroadcastTables, DraftRequest } from '../engine/record/engine.tables.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import { DELIVERY_STATES } from '../engine/record/states.js';
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
  readonly audience: ResolvedAudience;
  readonly canarySize: CanarySize;
  readonly createdAt: Date;
}

type CanarySize = number | RawBuilder<number> | null;

/** The columns that a change may set; what is left out stays. */
export interface ChangedValues extends Partial<BroadcastSettings>, Partial<CheckedMessage> {
  readonly audience?: ResolvedAudience;
  readonly canarySize?: CanarySize;
  readonly etag?: RawBuilder<number>;
  readonly draft?: DraftRequest | null;
}

/** A broadcast as it was at some moment. */
export interface VersionedBroadcast extends BroadcastRow {
  /** Another one each time that the row changes. */
  readonly version: string;
}

/** So many rows of each source are read at once. */
const PAGE = 50_000;
/** So many pages without anybody are read while somebody waits. */
const MOST_PAGES = 20;

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

  /** Whether anybody is in it; true where nobody was found in as many pages as somebody waits for. */
  async anybodyIn(audience: AudienceOf): Promise<boolean> {
    for (let page = 0, after = ''; page < MOST_PAGES; page++) {
      // Nearly always the first row is somebody.
      const limit = page === 0 ? 1 : PAGE;
      const { rows } = await this.#read<{ found: boolean; horizon: string; done: boolean }>(sql`
        with ${audiencePage(audience, after, limit).ctes}
        select exists (select from recipients) as found, horizon, done from page_end`);
      const { found, horizon, done } = rows[0] as (typeof rows)[number];
      if (found || done) return found;
      after = horizon;
    }
    return true;
  }

  async countIn(audience: AudienceOf): Promise<number> {
    let count = 0;
    for (let after = '', done = false; !done;) {
      const { rows } = await this.#read<{ count: number; horizon: string; done: boolean }>(sql`
        with ${audiencePage(audience, after, PAGE).ctes}
        select (select count(*)::integer from recipients) as count, horizon, done from page_end`);
      const page = rows[0] as (typeof rows)[number];
      count += page.count;
      ({ horizon: after, done } = page);
    }
    return count;
  }

  /**
   * How many of an audience are sent to, under null, and how many are spared, by reason; undefined where there are more
   * than `most` people to look at, or too many to leave out.
   */
  async reachIn(
    audience: AudienceOf & { readonly id: string },
    most: number,
  ): Promise<ReadonlyMap<string | null, number> | undefined> {
    const { id, accountId } = audience;
    const found = new Map<string | null, number>();
    let people = 0;
    for (let page = 0, after = ''; page < MOST_PAGES; page++) {
      const { rows } = await this.#read<{
        why: string | null;
        count: number;
        horizon: string;
        done: boolean;
      }>(sql`
        with ${audiencePage(audience, after, most + 1).ctes},
        people as materialized (
          select ${id}::uuid as broadcast_id, ${accountId}::integer as account_id, openid
          from recipients
        ), judged as materialized (
          select ${sql.raw(whyUnreachable('people'))} as why from people
        ), counted as (
          select why, count(*)::integer as count from judged group by why
        )
        select why, coalesce(count, 0) as count, horizon, done from page_end left join counted on true`);
      for (const { why, count } of rows) {
        people += count;
        if (count > 0) found.set(why, (found.get(why) ?? 0) + count);
      }
      if (people > most) return undefined;
      const { horizon, done } = rows[0] as (typeof rows)[number];
      if (done) return found;
      after = horizon;
    }
    return undefined;
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

  /** A page of an audience. */
  #read<Row>(query: RawBuilder<unknown>): Promise<QueryResult<Row>> {
    return inTransaction(this.#db, async (tx, audit) => {
      audit.nothing();
      await readsInOrder.execute(tx);
      return (query as RawBuilder<Row>).execute(tx);
    });
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
