import { SeededRandom } from '../../../src/simulator/kernel/seeded-random.js';

/** All that is drawn by a seed: the same one draws the same. */
export class RandomSource {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  readonly ms = (from: number, to: number): number => Math.round(this.#random.between(from, to));
  readonly times = (from: number, to: number): number => this.ms(from, to);
  readonly seed = (): number => this.ms(1, 1_000_000);
  /** Of the audience; near the end there may be nothing left to disturb. */
  readonly share = (): number => Math.round(this.#random.between(0.02, 0.85) * 100) / 100;
  readonly chance = (share: number): boolean => this.#random.chance(share);
  readonly pick = <T>(from: readonly T[]): T => from[this.ms(0, from.length - 1)] as T;
}

/** Each in its turn, by the seed. */
export const roundRobin = <T>(from: readonly T[], seed: number): T => from[seed % from.length] as T;
