import type { ByteSource } from '../parse/byte-source.js';

const BLOCK = 1024 * 1024;
const BLOCKS = 4;

/** Bytes that come in blocks from afar, of which the last few are kept: an archive's directory is read in small steps. */
export class KeptBytes implements ByteSource {
  /** The least recently used first. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #fetch: (offset: number, length: number) => Promise<Uint8Array>;

  constructor(
    readonly size: number,
    fetch: (offset: number, length: number) => Promise<Uint8Array>,
  ) {
    this.#fetch = fetch;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / BLOCK);
    const last = Math.floor((offset + length - 1) / BLOCK);
    if (first === last) {
      const from = offset - first * BLOCK;
      return (await this.#block(first)).subarray(from, from + length);
    }
    const bytes = new Uint8Array(length);
    for (let no = first; no <= last; no++) {
      const block = await this.#block(no);
      const at = no * BLOCK - offset;
      const part = block.subarray(Math.max(0, -at), Math.min(block.length, length - at));
      bytes.set(part, Math.max(0, at));
    }
    return bytes;
  }

  #block(no: number): Promise<Uint8Array> {
    const kept = this.#blocks.get(no);
    const block = kept ?? this.#fetch(no * BLOCK, Math.min(BLOCK, this.size - no * BLOCK));
    this.#blocks.delete(no);
    this.#blocks.set(no, block);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }
}
