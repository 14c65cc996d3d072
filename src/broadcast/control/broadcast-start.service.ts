import { Injectable, Logger } from '@nestjs/common';
import { BroadcastCheck } from '../compose/broadcast-check.service.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import { type BroadcastRow, Broadcasts } from '../engine/record/broadcasts.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ExpandQueue } from '../engine/expand/expand.queue.js';
import { Starting } from '../engine/lifecycle/start.js';

/** Starts a draft or a scheduled broadcast by hand, after the checks of its creation have passed once more. */
@Injectable()
export class BroadcastStart {
  readonly #logger = new Logger(BroadcastStart.name);
  readonly #broadcasts: Broadcasts;
  readonly #accounts: AccountsService;
  readonly #checks: BroadcastCheck;
  readonly #starting: Starting;
  readonly #expansion: ExpandQueue;

  constructor(
    broadcasts: Broadcasts,
    accounts: AccountsService,
    checks: BroadcastCheck,
    starting: Starting,
    expansion: ExpandQueue,
  ) {
    this.#broadcasts = broadcasts;
    this.#accounts = accounts;
    this.#checks = checks;
    this.#starting = starting;
    this.#expansion = expansion;
  }

  async start(id: string): Promise<void> {
    const broadcast = await this.#broadcasts.requireBroadcast(id);
    const { state: found } = broadcast;
    if (found === 'draft' || found === 'scheduled') await this.#check(broadcast);

    const started = await this.#starting.start(id);
    if (started === undefined) throw broadcastNotFound(id);
    const { state, changed } = started;
    if (state !== 'running' && !changed) throw transitionNotAllowed(state, 'start');
    if (changed) this.#logger.log(`broadcast ${id} started by hand: ${state}`);
    // A second nudge is harmless, and the sweep nudges in any case.
    await this.#expansion.nudge(id);
  }

  /** The template may be gone since then, or have other fields. */
  async #check(broadcast: BroadcastRow): Promise<void> {
    const account = await this.#accounts.byId(broadcast.accountId);
    if (account === undefined)
      throw new Error(`account ${broadcast.accountId} is gone, its broadcasts are not`);
    await this.#checks.checkStart(account, broadcast);
  }
}
