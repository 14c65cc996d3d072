import { Injectable } from '@nestjs/common';
import { Kysely, sql, type Transaction } from 'kysely';
import { hashOf, newSecret } from '../../access/secret-hash.js';
import type { Account } from '../../accounts/account.js';
import { inTransaction } from '../../audit/record/in-transaction.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { changedMeanwhile } from '../compose/changed-meanwhile.js';
import { reviserNow } from '../compose/sitting.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import type { ConfirmedVerb } from './confirmation.dto.js';
import { confirmMistyped, confirmStale } from './confirmation-words.js';

const MINUTES = 5;

/** What is confirmed, as it was shown. */
export interface ShownStart {
  readonly broadcast: Pick<BroadcastRow, 'id' | 'etag'>;
  readonly account: Account;
  readonly templateId: string;
  readonly verb: ConfirmedVerb;
}

/** What came with a start. */
export interface GivenConfirmation {
  readonly token: string;
  readonly typed: string | null;
}

/** A token that was good when it was checked. */
export interface CheckedConfirmation {
  readonly recipients: number;
  /** Uses it up, under the broadcast's lock and in the transaction of the start: neither is kept without the other. */
  readonly spend: (tx: Transaction<BroadcastTables>, locked: BroadcastRow) => Promise<void>;
}

/** Tokens that stand for what somebody was shown. Each is good once, for one person, broadcast, version and verb. */
@Injectable()
export class Confirmations {
  readonly #db: Kysely<BroadcastTables>;
  readonly #templates: TemplatesService;

  constructor(db: Kysely<BroadcastTables>, templates: TemplatesService) {
    this.#db = db;
    this.#templates = templates;
  }

  /** @param type what has to be typed; null where nothing has */
  async issue(
    shown: ShownStart,
    { recipients, type }: { readonly recipients: number; readonly type: string | null },
  ): Promise<{ readonly token: string; readonly expiresAt: Date }> {
    const { id, etag } = shown.broadcast;
    const changedAt = await this.#templateChangedAt(shown);
    const token = newSecret();
    const expiresAt = await inTransaction(this.#db, async (tx, audit) => {
      audit.nothing();
      // The key of a row that is being deleted cannot be shared: it is gone, or stays as long as we write.
      const { rows } = await sql<{ expiresAt: Date }>`
        insert into confirmation (token_hash, broadcast_id, verb, person, etag, template_changed_at,
          recipients, type, expires_at)
        select ${hashOf(token)}::bytea, id, ${shown.verb}, ${reviserNow()}, etag, ${changedAt}::timestamptz,
          ${recipients}::bigint, ${type}::text, clock_now() + make_interval(mins => ${MINUTES})
        from broadcast where id = ${id} and etag = ${etag} for key share
        returning expires_at`.execute(tx);
      return rows[0]?.expiresAt;
    });
    if (expiresAt === undefined) throw changedMeanwhile(id);
    return { token, expiresAt };
  }

  /** Refuses what does not confirm this very start. Nothing is used up by it. */
  async check(
    { token, typed }: GivenConfirmation,
    shown: ShownStart,
  ): Promise<CheckedConfirmation> {
    const tokenHash = hashOf(token);
    const good = (etag: number, db: Kysely<BroadcastTables>) =>
      db
        .selectFrom('confirmation')
        .select(['recipients', 'type', 'templateChangedAt'])
        .where('tokenHash', '=', tokenHash)
        .where('broadcastId', '=', shown.broadcast.id)
        .where('verb', '=', shown.verb)
        .where('person', '=', reviserNow())
        .where('etag', '=', etag)
        .where('spentAt', 'is', null)
        .where('expiresAt', '>', sql<Date>`clock_now()`)
        .executeTakeFirst();
    const found = await good(shown.broadcast.etag, this.#db);
    if (found === undefined) throw confirmStale();
    const changedAt = await this.#templateChangedAt(shown);
    if (changedAt?.getTime() !== found.templateChangedAt?.getTime()) throw confirmStale();
    if (found.type !== null && digitsOf(typed) !== found.type) throw confirmMistyped(found.type);
    return {
      recipients: Number(found.recipients),
      spend: async (tx, { etag }) => {
        if ((await good(etag, tx)) === undefined) throw confirmStale();
        await tx
          .updateTable('confirmation')
          .set({ spentAt: sql<Date>`clock_now()` })
          .where('tokenHash', '=', tokenHash)
          .execute();
      },
    };
  }

  async #templateChangedAt({ account, templateId }: ShownStart): Promise<Date | null> {
    return (await this.#templates.findTemplate(account, templateId))?.changedAt ?? null;
  }
}

/** As people type a number: pasted, with separators, in full width. */
const digitsOf = (typed: string | null): string | undefined =>
  typed?.normalize('NFKC').replaceAll(/[\s,，_]/g, '');
