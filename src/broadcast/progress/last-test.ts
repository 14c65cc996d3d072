import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CONTENT_MEMBERS } from '../compose/message-content.js';
import { TestBasis } from '../compose/test-basis.js';
import { type BroadcastRow, Broadcasts } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { LastTestView } from './broadcast-view.dto.js';

/** Members of a message: while a draft has one that does not fit, nothing like it was tried. */
const OF_MESSAGE = ['channel', 'templateId', 'fields', 'content', ...CONTENT_MEMBERS];

/** Whether a broadcast was tried as it is now. */
@Injectable()
export class LastTest {
  readonly #db: Kysely<BroadcastTables>;
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;
  readonly #basis: TestBasis;

  constructor(
    db: Kysely<BroadcastTables>,
    broadcasts: Broadcasts,
    accounts: AccountsService,
    basis: TestBasis,
  ) {
    this.#db = db;
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
    this.#basis = basis;
  }

  /** Null where it was never tried. */
  async of(id: string): Promise<LastTestView | null> {
    const last = await this.#db
      .selectFrom('broadcast')
      .select(['id', 'createdAt', 'createdBy', 'testBasis'])
      .where('tests', '=', id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return null;
    return {
      id: last.id,
      at: last.createdAt.toISOString(),
      by: last.createdBy,
      stale: last.testBasis !== (await this.#presentBasis(id)),
    };
  }

  async #presentBasis(id: string): Promise<string | undefined> {
    const broadcast: BroadcastRow | undefined = await this.#broadcasts.findBroadcast(id);
    if (broadcast === undefined) return undefined;
    if (OF_MESSAGE.some((member) => member in (broadcast.draft ?? {}))) return undefined;
    return this.#basis.of(await this.#accounts.requireById(broadcast.accountId), broadcast);
  }
}
