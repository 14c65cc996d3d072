import { Injectable } from '@nestjs/common';
import { ManyHolds } from './account-holds.js';
import type { Repair } from '../periodic/periodic-task.js';

/** Lifts what was held until a time that has come. */
@Injectable()
export class HoldExpiry implements Repair {
  readonly what = 'holds whose time is over';
  readonly everyMs = 0;

  constructor(private readonly holds: ManyHolds) {}

  run(): Promise<void> {
    return this.holds.liftExpired();
  }
}
