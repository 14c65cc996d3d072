import { hashText, mix32 } from '../kernel/text-hash.js';

const ALPHABET = Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  'latin1',
);
const VALUE_OF = new Uint8Array(128);
ALPHABET.forEach((code, value) => (VALUE_OF[code] = value));

const LENGTH = 28;
const PREFIX = 7;
const INDEX_DIGITS = 6;
const CHECK = PREFIX + INDEX_DIGITS;

const SPREAD = 0x9e3779b1;
const SPREAD_INVERSE = inverseOfOdd(SPREAD);

/**
 * Turns the number of a follower into an openid and back, so that a million followers need no memory.
 * An openid is `o`, six characters of the account, six with the scrambled number, and fifteen check characters.
 */
export class OpenidCodec {
  readonly #key: number;
  readonly #prefix: Buffer;
  readonly #scratch = Buffer.alloc(LENGTH);

  constructor(seed: string) {
    const { high, low } = hashText(seed);
    this.#key = high;
    this.#prefix = this.#scratch.subarray(0, PREFIX);
    this.#prefix[0] = 'o'.charCodeAt(0);
    writeDigits(this.#prefix, 1, low, PREFIX - 1);
  }

  openid(index: number): string {
    const scrambled = scramble(index ^ this.#key);
    writeDigits(this.#scratch, PREFIX, scrambled, INDEX_DIGITS);
    for (let lane = 0; lane < 3; lane++) {
      writeDigits(this.#scratch, CHECK + lane * 5, mix32(scrambled + lane * SPREAD), 5);
    }
    return this.#scratch.toString('latin1');
  }

  /** The number behind an openid. Undefined if this account never issued it. */
  index(openid: string): number | undefined {
    if (openid.length !== LENGTH) return undefined;
    let scrambled = 0;
    for (let at = PREFIX + INDEX_DIGITS - 1; at >= PREFIX; at--) {
      scrambled = (scrambled << 6) | (VALUE_OF[openid.charCodeAt(at) & 127] ?? 0);
    }
    const index = (unscramble(scrambled) ^ this.#key) >>> 0;
    return this.openid(index) === openid ? index : undefined;
  }
}

/** Writes base 64 with the least significant digit first. Digits beyond 32 bits are zero. */
function writeDigits(target: Buffer, offset: number, value: number, digits: number): void {
  let rest = value >>> 0;
  for (let at = offset; at < offset + digits; at++) {
    target[at] = ALPHABET[rest & 63] ?? 0;
    rest >>>= 6;
  }
}

/** Scatters neighbouring followers in the order of openids, as real ones are. */
function scramble(index: number): number {
  const spread = Math.imul(index, SPREAD);
  return Math.imul(spread ^ (spread >>> 16), SPREAD) >>> 0;
}

function unscramble(value: number): number {
  const spread = Math.imul(value, SPREAD_INVERSE);
  return Math.imul(spread ^ (spread >>> 16), SPREAD_INVERSE) >>> 0;
}

/** Newton's iteration doubles the number of correct low bits in each round. */
function inverseOfOdd(value: number): number {
  let inverse = value;
  for (let round = 0; round < 5; round++) {
    inverse = Math.imul(inverse, 2 - Math.imul(value, inverse));
  }
  return inverse;
}
