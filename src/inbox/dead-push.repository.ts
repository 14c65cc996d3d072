import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Insertable, Kysely, sql } from 'kysely';
import type { InboxPush } from '../wechat-auth/inbox-job.js';
import type { DeadPushTable, InboxTables } from './inbox.tables.js';

export interface DeadPush {
  readonly push: InboxPush;
  readonly content: Buffer;
  readonly reason: string;
}

/** WeChat's own pushes are a tenth as long. */
const LARGEST_CONTENT_BYTES = 4_096;
/** Rows that one statement deletes. */
const LOT = 1_000;

/** Statements on `dead_push`. */
@Injectable()
export class DeadPushRepository {
  readonly #db: Kysely<InboxTables>;

  constructor(db: Kysely<InboxTables>) {
    this.#db = db;
  }

  /** Keeps each push once, however often it comes. */
  async bury(pushes: readonly DeadPush[]): Promise<void> {
    if (pushes.length === 0) return;
    await this.#db
      .insertInto('deadPush')
      .values(pushes.map(rowOf))
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
  }

  /** Returns how many it deleted. */
  async deleteOlder(days: number): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      delete from dead_push where ctid = any (array(
        select ctid from dead_push
        where buried_at < clock_now() - make_interval(days => ${days}::integer)
        order by buried_at limit ${LOT}
        for update skip locked
      ))`.execute(this.#db);
    return Number(numAffectedRows);
  }

  /** Deletes the oldest of each account that has more than `limit`. Returns how many it deleted. */
  async deleteOverLimit(limit: number): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      delete from dead_push where id = any (array(
        select old.id
        from account a
        cross join lateral (
          select d.id from dead_push d where d.account_id = a.id
          order by d.id desc offset ${limit}::integer limit 1
        ) last
        cross join lateral (
          select d.id from dead_push d where d.account_id = a.id and d.id <= last.id
          order by d.id limit ${LOT}
        ) old
        limit ${LOT}
      ))`.execute(this.#db);
    return Number(numAffectedRows);
  }
}

function rowOf({ push, content, reason }: DeadPush): Insertable<DeadPushTable> {
  return {
    accountId: push.accountId,
    appid: push.appid,
    receivedAt: new Date(push.receivedAt),
    reason,
    digest: createHash('sha256').update(`${push.appid}\n`).update(content).digest(),
    bytes: content.length,
    content: readable(content),
  };
}

/** As much of it as is kept, with U+FFFD for what Postgres' text cannot hold. */
function readable(content: Buffer): string {
  const text = content
    .subarray(0, LARGEST_CONTENT_BYTES)
    .toString('utf8')
    .replaceAll('\0', '\ufffd');
  // A replaced byte takes three.
  return Buffer.from(text)
    .subarray(0, LARGEST_CONTENT_BYTES)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}
