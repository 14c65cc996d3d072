import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { Account } from '../../accounts/account.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { instant } from '../../database/database-clock.js';
import type { DomainError } from '../../kernel/domain-error.js';
import { DraftStart } from '../compose/draft-start.js';
import { BroadcastCheck } from '../compose/broadcast-check.service.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import type { BroadcastTables } from '../engine/record/engine.tables.js';
import { ExpandQueue } from '../engine/expand/expand.queue.js';
import { beginOrSchedule } from '../engine/lifecycle/schedule.js';
import { startEarly, takeBack } from '../engine/lifecycle/start.js';
import { audienceFrozen, isFrozen, whyNoUndo } from '../engine/lifecycle/taken-back.js';
import type { BroadcastState } from '../engine/record/states.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import { type Ask, type Decided, Deciding } from './deciding.js';

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
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #expansion: ExpandQueue;
  readonly #drafts: DraftStart;

  constructor(
    deciding: Deciding,
    accounts: AccountsService,
    checks: BroadcastCheck,
    expansion: ExpandQueue,
    drafts: DraftStart,
  ) {
    this.#drafts = drafts;
    this.#deciding = deciding;
    this.#accounts = accounts;
    this.#checks = checks;
    this.#expansion = expansion;
  }

  /** A draft starts, or is scheduled: where its time lies ahead, and where its account lets a start be undone. */
  start(ask: Ask): Promise<Decided> {
    return this.#begin(ask, 'draft', async (tx, broadcast, { policy }) =>
      beginOrSchedule(tx, broadcast, await instant(tx), policy.undoSeconds),
    );
  }

  /** A scheduled broadcast starts before its time. */
  startNow(ask: Ask): Promise<Decided> {
    return this.#begin(ask, 'scheduled', async (tx, broadcast) => {
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

  /** Its template, grants or followers may have changed since it was written: all is checked once more. */
  async #begin(ask: Ask, from: BroadcastState, begin: Begin): Promise<Decided> {
    const decided = await this.#deciding.prepared(ask, async (broadcast) => {
      if (broadcast.state !== from) throw transitionNotAllowed(broadcast.state, ask.verb);
      const account = await this.#accountOf(broadcast);
      const fit = from === 'draft' ? await this.#drafts.prepare(account, broadcast) : undefined;
      if (fit === undefined) await this.#checks.checkStart(account, broadcast);
      return async (tx, locked) => {
        // An older process does not raise the etag: what it did meanwhile shows in the state alone.
        if (locked.state !== from) throw transitionNotAllowed(locked.state, ask.verb);
        await markDecided(tx, locked);
        await fit?.(tx);
        const state = await begin(tx, locked, account);
        return { before: { state: from }, after: { state } };
      };
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id}: ${ask.verb}, by hand`);
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

  async #accountOf({ accountId }: BroadcastRow): Promise<Account> {
    const account = await this.#accounts.byId(accountId);
    if (account === undefined)
      throw new Error(`account ${accountId} is gone, its broadcasts are not`);
    return account;
  }
}

/** Remembers what the decision was made on, before it raises the etag. The next change begins a revision. */
const markDecided = (tx: Transaction<BroadcastTables>, { id, etag }: BroadcastRow) =>
  tx
    .updateTable('broadcast')
    .set({ decidedFrom: etag, revisionBound: true })
    .where('id', '=', id)
    .execute();
