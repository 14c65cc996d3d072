import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/**
 * Counters are deltas in lanes: one per process start and kind of writer. Two writers never share
 * a lane, so none waits for another's row, and a sum over the lanes is the truth.
 */
@Injectable()
export class Lane {
  readonly #process = randomBytes(6).toString('hex');

  of(writer: 'expand' | 'release' | 'claim' | 'settle' | 'match' | 'sweep'): string {
    return `${this.#process}-${writer}`;
  }
}
