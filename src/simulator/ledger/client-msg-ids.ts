import { mix32 } from '../kernel/text-hash.js';
import { Column } from './column.js';
import { Interner } from './interner.js';

const NONE = 0;
const HEX = 1;
const OTHER = 2;

/** The `client_msg_id` of every entry. The usual 32 hex digits take 16 bytes. Any other text is kept once. */
export class ClientMsgIds {
  readonly #kinds = new Column(Uint8Array);
  readonly #words = [0, 1, 2, 3].map(() => new Column(Uint32Array));
  readonly #others = new Interner();

  set(entry: number, id: string | undefined): void {
    if (id === undefined) {
      this.#kinds.set(entry, NONE);
    } else if (/^[0-9a-f]{32}$/.test(id)) {
      this.#kinds.set(entry, HEX);
      this.#words.forEach((column, word) =>
        column.set(entry, Number.parseInt(id.slice(word * 8, word * 8 + 8), 16)),
      );
    } else {
      this.#kinds.set(entry, OTHER);
      this.#words.forEach((column, word) =>
        column.set(entry, word === 0 ? this.#others.number(id) : 0),
      );
    }
  }

  has(entry: number): boolean {
    return this.#kinds.get(entry) !== NONE;
  }

  get(entry: number): string | undefined {
    switch (this.#kinds.get(entry)) {
      case NONE:
        return undefined;
      case HEX:
        return this.#words
          .map((column) => column.get(entry).toString(16).padStart(8, '0'))
          .join('');
      default:
        return this.#others.text(this.#words[0]?.get(entry) ?? 0);
    }
  }

  hash(entry: number): number {
    return this.#words.reduce(
      (mixed, column) => mix32(mixed ^ column.get(entry)),
      this.#kinds.get(entry),
    );
  }

  same(one: number, other: number): boolean {
    return (
      this.#kinds.get(one) === this.#kinds.get(other) &&
      this.#words.every((column) => column.get(one) === column.get(other))
    );
  }
}
