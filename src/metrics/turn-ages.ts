import { Injectable } from '@nestjs/common';
import { AwakeTime } from './awake-time.js';

/** The loops of a worker that must come round whatever happens. */
export type TurnName = 'release' | 'sweep';

/** How long ago each loop of this process had its last whole turn. A process without a worker has no loops. */
@Injectable()
export class TurnAges {
  readonly #turnedAt = new Map<TurnName, number>();
  readonly #awake: AwakeTime;

  constructor(awake: AwakeTime) {
    this.#awake = awake;
  }

  /** The loop begins, or had a turn that ended well. */
  turned(name: TurnName): void {
    this.#turnedAt.set(name, this.#awake.ms);
  }

  /** In ms. */
  get all(): readonly { readonly name: TurnName; readonly ageMs: number }[] {
    const now = this.#awake.ms;
    return [...this.#turnedAt].map(([name, at]) => ({ name, ageMs: now - at }));
  }
}
