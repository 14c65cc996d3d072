import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { instant } from '../../database/database-clock.js';
import type { DomainError } from '../../kernel/domain-error.js';
import { StartGates } from '../compose/start-gates.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { ExpandQueue } from '../engine/expand/expand.queue.js';
import { beginOrSchedule } from '../engine/lifecycle/schedule.js';
import { startEarly, takeBack } from '../engine/lifecycle/start.js';
import { audienceFrozen, isFrozen, whyNoUndo } from '../engine/lifecycle/taken-back.js';
import type { BroadcastState } from '../engine/record/states.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import type { ConfirmedVerb } from './confirmation.dto.js';
import { Confirmations, type GivenConfirmation } from './confirmations.js';
import { type Ask, type Decided, Deciding } from './deciding.js';
import { STARTS_FROM, StartCheck } from './start-check.js';

/** Begins a checked broadcast, under its lock, and says in which state it is then. */
type Begin = (
  tx: Transaction<BroadcastTables>,
  broadcast: BroadcastRow,
  account: Account,
) => Promise<BroadcastState>;

/** Decides when a broadcast begins: its start, and what takes a start back. */
@Injectable()
export class BroadcastStart {
  readonly #logger = new Logger(BroadcastStart.name);
  readonly #deciding: Deciding;
  readonly #checks: StartCheck;
  readonly #gates: StartGates;
  readonly #confirmations: Confirmations;
  readonly #expansion: ExpandQueue;

  constructor(
    deciding: Deciding,
    checks: StartCheck,
    gates: StartGates,
    confirmations: Confirmations,
    expansion: ExpandQueue,
  ) {
    this.#deciding = deciding;
    this.#checks = checks;
    this.#gates = gates;
    this.#confirmations = confirmations;
    this.#expansion = expansion;
  }

  /** A draft starts, or is scheduled: where its time lies ahead, and where its account lets a start be undone. */
  start(ask: Ask, given?: GivenConfirmation): Promise<Decided> {
    return this.#begin(ask, 'start', given, async (tx, broadcast, { policy }) =>
      beginOrSchedule(tx, broadcast, await instant(tx), policy.undoSeconds),
    );
  }

  /** A scheduled broadcast starts before its time. */
  startNow(ask: Ask, given?: GivenConfirmation): Promise<Decided> {
    return this.#begin(ask, 'start-now', given, async (tx, broadcast) => {
      await startEarly(tx, broadcast, await instant(tx));
      return 'running';
    });
  }

  /** A start is taken back before anything was done of it. */
  undo(ask: Ask): Promise<Decided> {
    return this.#takeBack(ask, 'undone', whyNoUndo);
  }

  /** A scheduled broadcast becomes a draft again. */
  unschedule(ask: Ask): Promise<Decided> {
    return this.#takeBack(ask, 'unscheduled', (broadcast) =>
      isFrozen(broadcast) ? audienceFrozen() : undefined,
    );
  }

  async #begin(
    ask: Ask,
    verb: ConfirmedVerb,
    given: GivenConfirmation | undefined,
    begin: Begin,
  ): Promise<Decided> {
    const from = STARTS_FROM[verb];
    const decided = await this.#deciding.prepared(ask, async (broadcast) => {
      const { account, message, audience, openids, fit } = await this.#checks.of(broadcast, verb);
      const shown = { broadcast, account, templateId: audience.templateId, verb };
      const confirmed = given && (await this.#confirmations.check(given, shown));
      const isConfirmed = confirmed !== undefined;
      const { contactCap } = broadcast;
      await this.#gates.pass({
        way: 'start',
        account,
        message,
        audience,
        openids,
        contactCap,
        isConfirmed,
      });
      return async (tx, locked) => {
        // An older process does not raise the etag: what it did meanwhile shows in the state alone.
        if (locked.state !== from) throw transitionNotAllowed(locked.state, verb);
        await confirmed?.spend(tx, locked);
        await markDecided(tx, locked);
        await fit(tx);
        const state = await begin(tx, locked, account);
        return {
          before: { state: from },
          after: { state, ...(confirmed && { confirmed: confirmed.recipients }) },
        };
      };
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id}: ${verb}, by hand`);
    // A second nudge is harmless, and the sweep nudges in any case.
    await this.#expansion.nudge(ask.id);
    return decided;
  }

  async #takeBack(
    ask: Ask,
    how: 'undone' | 'unscheduled',
    whyNot: (broadcast: BroadcastRow, now: Date) => DomainError | undefined,
  ): Promise<Decided> {
    const decided = await this.#deciding.atOnce(ask, async (tx, broadcast) => {
      const { state } = broadcast;
      if (state !== 'scheduled') throw transitionNotAllowed(state, ask.verb);
      const refusal = whyNot(broadcast, await instant(tx));
      if (refusal !== undefined) throw refusal;
      await markDecided(tx, broadcast);
      await takeBack(tx, broadcast.id, how);
      return { before: { state }, after: { state: 'draft' } };
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id} is a draft again: ${how}`);
    return decided;
  }
}

/** Remembers what the decision was made on, before it raises the etag. The next change begins a revision. */
const markDecided = (tx: Transaction<BroadcastTables>, { id, etag }: BroadcastRow) =>
  tx
    .updateTable('broadcast')
    .set({ decidedFrom: etag, revisionBound: true })
    .where('id', '=', id)
    .execute();
