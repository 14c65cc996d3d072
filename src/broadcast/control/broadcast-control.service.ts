import { Injectable, Logger } from '@nestjs/common';
import { BroadcastUpdate } from '../compose/broadcast-update.js';
import { reviserNow } from '../compose/sitting.js';
import { addHold, liftHolds, noteHold, standingHolds } from '../engine/holds/holds.js';
import { cancel } from '../engine/lifecycle/cancel.js';
import type { BroadcastRow } from '../engine/record/broadcasts.js';
import { broadcastNotFound } from '../engine/record/not-found.js';
import { PERSONAL_HOLDS } from '../engine/record/states.js';
import { transitionNotAllowed } from '../engine/record/transitions.js';
import { nameTheHolds } from './name-the-holds.js';
import { type Ask, type Decided, Deciding } from './deciding.js';

/** What an operator can do to a broadcast that has begun, or that shall not begin. Each is decided under its lock. */
@Injectable()
export class BroadcastControl {
  readonly #logger = new Logger(BroadcastControl.name);
  readonly #deciding: Deciding;
  readonly #update: BroadcastUpdate;

  constructor(deciding: Deciding, update: BroadcastUpdate) {
    this.#deciding = deciding;
    this.#update = update;
  }

  /**
   * Messages in flight still settle; no worker claims another. Two people who pause have a hold each. Whoever has paused
   * can say why afterwards: a stop does not wait for words.
   */
  async pause(ask: Ask, note: string | null = null): Promise<Decided> {
    const decided = await this.#deciding.atOnce(ask, async (tx, broadcast) => {
      requireRunning(broadcast, 'pause');
      const hold = { reason: 'operator', holder: reviserNow(), note } as const;
      const isNew = (await addHold(tx, ask.id, hold)) || (await noteHold(tx, ask.id, hold));
      return isNew ? { after: { hold: 'operator' }, ...(note && { reason: note }) } : undefined;
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id} paused`);
    return decided;
  }

  /**
   * Lifts the holds that are named; without names the only one that waits for a person, as the others may be another's.
   * Holds for quota or send hours stay.
   */
  async resume(ask: Ask, named?: readonly string[] | null): Promise<Decided> {
    const decided = await this.#deciding.atOnce(ask, async (tx, broadcast) => {
      requireRunning(broadcast, 'resume');
      const standing = await standingHolds(tx, ask.id);
      if (!named && standing.length > 1) throw nameTheHolds(standing);
      const ids = standing.map(({ id }) => id).filter((id) => !named || named.includes(id));
      if (ids.length === 0) return undefined;
      const lifted = await liftHolds(tx, ask.id, PERSONAL_HOLDS, { ids });
      return { before: { holds: lifted } };
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id} resumed`);
    return decided;
  }

  /** Recipients that have not been sent to get nothing. */
  async cancel(ask: Ask): Promise<Decided> {
    const decided = await this.#deciding.atOnce(ask, async (tx, { state }) => {
      if (!(await cancel(tx, ask.id))) throw transitionNotAllowed(state, 'cancel');
      return { before: { state }, after: { state: 'cancelled' } };
    });
    if (decided.changed) this.#logger.log(`broadcast ${ask.id} cancelled`);
    return decided;
  }

  /** Deletes a draft only: any other broadcast is a record of what was sent, or was not. */
  async delete(id: string): Promise<void> {
    const state = await this.#update.deleteDraft(id);
    if (state === undefined) throw broadcastNotFound(id);
    if (state !== 'draft') throw transitionNotAllowed(state, 'delete');
    this.#logger.log(`broadcast ${id} deleted: a draft`);
  }
}

function requireRunning({ state }: BroadcastRow, verb: 'pause' | 'resume'): void {
  if (state !== 'running') throw transitionNotAllowed(state, verb);
}
