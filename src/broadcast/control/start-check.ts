import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Account } from '../../accounts/account.js';
import { BroadcastCheck } from '../compose/broadcast-check.service.js';
import { DraftStart } from '../compose/draft-start.js';
import type { CheckedMessage } from '../compose/checked-broadcast.js';
import type { AskedAudience } from '../compose/known-recipients.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import type { ConfirmedVerb } from './confirmation.dto.js';

/** A broadcast that can be started, as it will be sent. */
export interface CheckedStart {
  readonly account: Account;
  readonly message: CheckedMessage;
  readonly audience: AskedAudience;
  /** Of a draft whose list has come to fit; undefined where the broadcast has it on record. */
  readonly openids?: readonly string[] | undefined;
  /** Writes down what of a draft has come to fit, under its lock. */
  readonly fit: (tx: Transaction<BroadcastTables>) => Promise<void>;
}

export const STARTS_FROM = { start: 'draft', 'start-now': 'scheduled' } as const;

/** Looks at a broadcast before it is confirmed, and once more before it starts. */
@Injectable()
export class StartCheck {
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #drafts: DraftStart;

  constructor(accounts: AccountsService, checks: BroadcastCheck, drafts: DraftStart) {
    this.#accounts = accounts;
    this.#checks = checks;
    this.#drafts = drafts;
  }

  /** Its template, grants or followers may have changed since it was written: all is checked once more. */
  async of(broadcast: BroadcastRow, verb: ConfirmedVerb): Promise<CheckedStart> {
    const { state, accountId } = broadcast;
    if (state !== STARTS_FROM[verb]) throw transitionNotAllowed(state, verb);
    const account = await this.#accounts.requireById(accountId);
    if (verb === 'start') {
      const { fit, message, openids, ...addressed } = await this.#drafts.prepare(
        account,
        broadcast,
      );
      return { account, fit, message, openids, audience: { ...broadcast, ...addressed } };
    }
    await this.#checks.checkStart(account, broadcast);
    return { account, fit: () => Promise.resolve(), message: broadcast, audience: broadcast };
  }
}
