import { Injectable, Logger } from '@nestjs/common';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import { BroadcastUpdate } from '../compose/broadcast-update.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import { Broadcasts } from '../engine/record/broadcasts.js';
import { Cancelling } from '../engine/lifecycle/cancel.js';
import { Holds } from '../engine/holds/holds.js';
import { PERSONAL_HOLDS } from '../engine/record/states.js';

/**
 * What an operator can do to a broadcast that exists. A verb acts under the broadcast's lock and then reads the state
 * again, which decides about the answer: the broadcast may have ended since the request came.
 */
@Injectable()
export class BroadcastControl {
  readonly #logger = new Logger(BroadcastControl.name);
  readonly #broadcasts: Broadcasts;
  readonly #holds: Holds;
  readonly #cancelling: Cancelling;
  readonly #update: BroadcastUpdate;

  constructor(
    broadcasts: Broadcasts,
    holds: Holds,
    cancelling: Cancelling,
    update: BroadcastUpdate,
  ) {
    this.#broadcasts = broadcasts;
    this.#holds = holds;
    this.#cancelling = cancelling;
    this.#update = update;
  }

  /** Messages in flight still settle; no worker claims another. */
  async pause(id: string): Promise<void> {
    await this.#requireRunning(id, 'pause');
    const isNew = await this.#holds.hold(id, { reason: 'operator' });
    await this.#requireRunning(id, 'pause');
    if (isNew) this.#logger.log(`broadcast ${id} paused`);
  }

  /** Lifts every hold that waits for a person; holds for quota or send hours stay. */
  async resume(id: string): Promise<void> {
    await this.#requireRunning(id, 'resume');
    const lifted = await this.#holds.lift(id, PERSONAL_HOLDS);
    await this.#requireRunning(id, 'resume');
    if (lifted.length > 0) this.#logger.log(`broadcast ${id} resumed: ${lifted.join(', ')} lifted`);
  }

  /** Recipients that have not been sent to get nothing. */
  async cancel(id: string): Promise<void> {
    const isNew = await this.#cancelling.cancel(id);
    const { state } = await this.#broadcasts.requireBroadcast(id);
    if (state !== 'cancelled') throw transitionNotAllowed(state, 'cancel');
    if (isNew) this.#logger.log(`broadcast ${id} cancelled`);
  }

  /** Deletes a draft only: any other broadcast is a record of what was sent, or was not. */
  async delete(id: string): Promise<void> {
    const state = await this.#update.deleteDraft(id);
    if (state === undefined) throw broadcastNotFound(id);
    if (state !== 'draft') throw transitionNotAllowed(state, 'delete');
    this.#logger.log(`broadcast ${id} deleted: a draft`);
  }

  async #requireRunning(id: string, verb: 'pause' | 'resume'): Promise<void> {
    const { state } = await this.#broadcasts.requireBroadcast(id);
    if (state !== 'running') throw transitionNotAllowed(state, verb);
  }
}
