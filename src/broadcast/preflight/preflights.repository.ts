import { Injectable } from '@nestjs/common';
import { Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { withLongerTimeout } from '../../database/long-transaction.js';
import type { PreflightSettings, BroadcastTables } from '../engine/record/engine.tables.js';
import type { PreflightSubject } from '../compose/preflight-basis.js';

export type PreflightRow = Selectable<BroadcastTables['preflight']>;

/** A preflight, and whether it waits for a worker in vain. */
export interface PreflightRecord extends PreflightRow {
  readonly untaken: boolean;
}

/** What is asked for. */
export interface NewPreflight extends PreflightSubject {
  readonly id: string;
  readonly accountId: number;
  readonly broadcastId: string | null;
  readonly revision: number | null;
  readonly basis: string;
  readonly settings: PreflightSettings;
}

const UNTAKEN = sql<boolean>`(state = 'running'
  and coalesce(alive_at, asked_at) < clock_now() - case when alive_at is null then interval '10 seconds'
    else interval '60 seconds' end)`.as('untaken');

/** How many openids one insert takes: encoding them does not block the event loop for long. */
const AT_ONCE = 20_000;
const INSERT_SECONDS = 60;

/** Statements of whoever asks for preflights. */
@Injectable()
export class PreflightsRepository {
  readonly #db: Kysely<BroadcastTables>;

  constructor(db: Kysely<BroadcastTables>) {
    this.#db = db;
  }

  find(id: string): Promise<PreflightRecord | undefined> {
    return this.#db
      .selectFrom('preflight')
      .selectAll()
      .select(UNTAKEN)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  newestOf(broadcastId: string): Promise<PreflightRecord | undefined> {
    return this.#db
      .selectFrom('preflight')
      .selectAll()
      .select(UNTAKEN)
      .where('broadcastId', '=', broadcastId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Of a walk that is under way for the very same, its id; whoever asks again gets that one. */
  async insert(tx: Transaction<BroadcastTables>, asked: NewPreflight): Promise<string> {
    const { message, audience, listed, settings, contactCap, ...values } = asked;
    const { channel, templateId } = message;
    const inserted = await tx
      .insertInto('preflight')
      .values({
        ...values,
        channel,
        templateId,
        message: JSON.stringify(message.message),
        audience: JSON.stringify(audience),
        settings: JSON.stringify(settings),
        contactCap: contactCap && JSON.stringify(contactCap),
        state: 'running',
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) return this.#running(tx, asked);
    if (asked.broadcastId === null && Array.isArray(listed))
      await insertMembers(tx, asked.id, listed as readonly string[]);
    return asked.id;
  }

  /** The one that was in the way; should it have ended since, it is as good as a new one. */
  async #running(tx: Transaction<BroadcastTables>, asked: NewPreflight): Promise<string> {
    const { id } = await tx
      .selectFrom('preflight')
      .select('id')
      .where('accountId', '=', asked.accountId)
      .where('basis', '=', asked.basis)
      .where('broadcastId', 'is not distinct from', asked.broadcastId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    return id;
  }
}

async function insertMembers(
  tx: Transaction<BroadcastTables>,
  id: string,
  openids: readonly string[],
): Promise<void> {
  for (let from = 0; from < openids.length; from += AT_ONCE)
    await withLongerTimeout(tx, INSERT_SECONDS, () =>
      sql`
        insert into preflight_member (preflight_id, openid)
        select ${id}::uuid, openid from unnest(${openids.slice(from, from + AT_ONCE)}::text[]) given (openid)
        order by openid collate "C"`.execute(tx),
    );
}
