import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Insertable, Kysely } from 'kysely';
import type { InboxPush } from '../wechat-auth/inbox-job.js';
import type { DeadPushTable, InboxTables } from './inbox.tables.js';

export interface DeadPush {
  readonly push: InboxPush;
  readonly content: Buffer;
  readonly reason: string;
}

const LARGEST_CONTENT_BYTES = 65_536;

/** Statements on `dead_push`. */
@Injectable()
export class DeadPushRepository {
  constructor(private readonly db: Kysely<InboxTables>) {}

  /** Keeps each push once, however often it comes. */
  async bury(pushes: readonly DeadPush[]): Promise<void> {
    if (pushes.length === 0) return;
    await this.db
      .insertInto('deadPush')
      .values(pushes.map(rowOf))
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
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
