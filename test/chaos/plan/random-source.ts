import { SeededRandom } from '../../../src/simulator/kernel/seeded-random.js';

/** Draws from a seed. The same seed draws the same values. */
export class RandomSource {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  readonly ms = (from: number, to: number): number => Math.round(this.#random.between(from, to));
  readonly times = (from: number, to: number): number => this.ms(from, to);
  readonly seed = (): number => this.ms(1, 1_000_000);
  /** A share of the audience. It ends early, because near the end there is nothing left to disturb. */
  readonly share = (): number => Math.round(this.#random.between(0.02, 0.85) * 100) / 100;
  readonly chance = (share: number): boolean => this.#random.chance(share);
  readonly pick = <T>(from: readonly T[]): T => from[this.ms(0, from.length - 1)] as T;
}

/** Successive seeds take successive items. */
export const roundRobin = <T>(from: readonly T[], seed: number): T => from[seed % from.length] as T;
