import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { Account } from '../../accounts/account.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { withOpenidsApart } from './audience-record.js';
import { BroadcastCheck } from './broadcast-check.service.js';
import { BroadcastUpdate } from './broadcast-update.js';
import type { CheckedMessage } from './checked-broadcast.js';
import { changedMeanwhile } from './changed-meanwhile.js';
import { DraftComposition } from './draft-columns.js';
import { DraftFaults } from './draft-faults.js';
import { readDraft } from './draft-reading.js';
import { refuseIncomplete } from './found-faults.js';

/** A draft that lacks nothing, as it will be sent. */
export interface FittedDraft extends Pick<BroadcastRow, 'templateId' | 'audience'> {
  readonly message: CheckedMessage;
  /** Of a list that has come to fit; undefined where it is on record. */
  readonly openids?: readonly string[] | undefined;
  /** Writes down, under the draft's lock, what has come to fit since it was given. */
  readonly fit: (tx: Transaction<BroadcastTables>) => Promise<void>;
}

/** Makes of a draft what can be sent. */
@Injectable()
export class DraftStart {
  readonly #faults: DraftFaults;
  readonly #drafts: DraftComposition;
  readonly #update: BroadcastUpdate;
  readonly #checks: BroadcastCheck;

  constructor(
    faults: DraftFaults,
    drafts: DraftComposition,
    update: BroadcastUpdate,
    checks: BroadcastCheck,
  ) {
    this.#checks = checks;
    this.#faults = faults;
    this.#drafts = drafts;
    this.#update = update;
  }

  /**
   * Refuses a draft that lacks anything. Something may have come to fit since it was given, such as a text whose template
   * was not known then: what starts is what was checked.
   */
  async prepare(account: Account, broadcast: BroadcastRow): Promise<FittedDraft> {
    refuseIncomplete(await this.#faults.of(broadcast));
    const { id } = broadcast;
    const audience = await this.#checks.audienceAgain(account, broadcast.audience);
    const isNew = audience !== broadcast.audience;
    const keep = async (tx: Transaction<BroadcastTables>): Promise<void> => {
      if (isNew) await this.#update.renewAudience(tx, id, audience);
    };
    if (broadcast.draft === null)
      return { templateId: broadcast.templateId, message: broadcast, audience, fit: keep };
    const read = await readDraft(broadcast.draft);
    const columns = await this.#drafts.columnsOf(account, read, { ...broadcast, draft: null });
    // Its template may have changed between the two looks: what is written is looked at as it will be sent.
    if (columns.draft !== null) throw changedMeanwhile(id);
    const { message, templateId, channel } = columns.message;
    await this.#checks.checkMessage(account, { ...message, templateId, channel });
    return {
      templateId,
      message: columns.message,
      audience,
      ...(columns.audience && withOpenidsApart(columns.audience)),
      fit: async (tx) => {
        await keep(tx);
        await this.#update.fit(tx, id, columns);
      },
    };
  }
}
