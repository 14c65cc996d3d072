import type { TextHash } from '../hash.js';
import type { ShownContent } from './shown-content.js';

const KEPT = 1_000;

/** Keeps the words of the first distinct contents, so that a ledger can be read by people; later ones are known by their hash alone. */
export class ContentBook {
  readonly #contents = new Map<number, ShownContent>();

  note(hash: TextHash, content: ShownContent): void {
    if (this.#contents.size >= KEPT) return;
    const number = numberOf(hash);
    if (!this.#contents.has(number)) this.#contents.set(number, content);
  }

  find(hash: TextHash): ShownContent | undefined {
    return this.#contents.get(numberOf(hash));
  }
}

/** 53 of the 64 bits: enough among a thousand. */
const numberOf = ({ high, low }: TextHash): number => (high & 0x1f_ffff) * 0x1_0000_0000 + low;
