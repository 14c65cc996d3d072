import { Injectable } from '@nestjs/common';
import { CallbackSilence } from '../../../accounts/callback-silence.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/**
 * Counts in memory how many messages WeChat accepted lately, by account, and writes the counts down from time to time.
 * Receipts must follow; where none does, the account's callback has fallen silent. A process that dies forgets a few
 * seconds.
 */
@Injectable()
export class AcceptanceNotes implements PeriodicTask {
  readonly what = 'acceptance notes';
  readonly everyMs = 15_000;
  #notes = new Map<number, { count: number; lastAt: Date }>();
  readonly #silence: CallbackSilence;

  constructor(silence: CallbackSilence) {
    this.#silence = silence;
  }

  accepted(accountId: number, calledAt: Date): void {
    this.#add(accountId, 1, calledAt);
  }

  async run(): Promise<void> {
    const told = [...this.#notes].map(([accountId, note]) => ({ accountId, ...note }));
    this.#notes = new Map();
    try {
      await this.#silence.accepted(told);
    } catch (error) {
      // Counted twice if only the answer was lost: the count is shown, and decides nothing beyond the first few.
      for (const { accountId, count, lastAt } of told) this.#add(accountId, count, lastAt);
      throw error;
    }
  }

  #add(accountId: number, count: number, lastAt: Date): void {
    const note = this.#notes.get(accountId);
    if (note === undefined) {
      this.#notes.set(accountId, { count, lastAt });
      return;
    }
    note.count += count;
    if (lastAt > note.lastAt) note.lastAt = lastAt;
  }
}
