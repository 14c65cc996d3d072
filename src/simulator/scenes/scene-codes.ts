import type { SimulatedClock } from '../kernel/simulated-clock.js';
import type { SeededRandom } from '../kernel/seeded-random.js';

/** A QR code with a scene, as `qrcode/create` makes it. */
export type SceneCode = {
  /** What WeChat pushes when somebody scans it. */
  readonly scene: string;
  readonly ticket: string;
  /** What is drawn. */
  readonly url: string;
  /** Infinity for one that lasts. */
  readonly expiresAt: number;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The codes of one account, by what is drawn. */
export class SceneCodes {
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;
  readonly #codes = new Map<string, SceneCode>();

  constructor(clock: SimulatedClock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @param seconds undefined for a code that lasts */
  make(scene: string, seconds: number | undefined): SceneCode {
    const code = {
      scene,
      ticket: `gQ${this.#letters(60)}==`,
      url: `http://weixin.qq.com/q/02${this.#letters(18)}`,
      expiresAt: seconds === undefined ? Infinity : this.#clock.now() + seconds * 1_000,
    };
    this.#codes.set(code.url, code);
    return code;
  }

  /** Undefined for what was never drawn, and for what is over. */
  find(url: string): SceneCode | undefined {
    const code = this.#codes.get(url);
    return code && code.expiresAt > this.#clock.now() ? code : undefined;
  }

  #letters(count: number): string {
    return Array.from({ length: count }, () =>
      ALPHABET.charAt(Math.floor(this.#random.next() * ALPHABET.length)),
    ).join('');
  }
}
