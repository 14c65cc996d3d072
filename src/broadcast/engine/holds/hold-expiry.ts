import { Injectable } from '@nestjs/common';
import { AccountHolds } from './account-holds.js';
import type { PeriodicTask } from '../periodic/periodic-task.js';

/** Lifts the holds whose time has come. */
@Injectable()
export class HoldExpiry implements PeriodicTask {
  readonly what = 'holds whose time is over';
  readonly everyMs = 0;
  readonly #holds: AccountHolds;

  constructor(holds: AccountHolds) {
    this.#holds = holds;
  }

  run(): Promise<void> {
    return this.#holds.liftExpired();
  }
}
