import { hash } from 'node:crypto';

/** Stamps are whole seconds and a short nonce: at 3,000 pushes a second two honest ones share one now and then. */
const MAX_BODIES = 3;
/** A power of two. Half a million pushes: three minutes at 3,000 a second, an hour at 140. */
const SLOTS = 2 ** 19;
/** Stamps that are older are refused for their age, so their bodies need not be kept. */
const OF_USE_MS = 15 * 60_000;
const NOBODY = -1;

/**
 * Remembers which bodies came under a stamp: in plain mode the signature covers the stamp alone, so a stranger who has
 * seen one could send any body with it. A ring of 64-bit hashes; those whose stamps fall into one bucket form a chain,
 * whose last link is the oldest.
 */
export class SeenStamps {
  /** Two words each: as a bigint every one of them would be an object. */
  readonly #stamps: Uint32Array;
  readonly #bodies: Uint32Array;
  readonly #seconds: Uint32Array;
  readonly #older: Int32Array;
  readonly #newest: Int32Array;
  readonly #mask: number;
  #next = 0;
  #filled = 0;
  #forgotten = 0;
  readonly #ofUseMs: number;

  constructor(slots = SLOTS, ofUseMs = OF_USE_MS) {
    this.#ofUseMs = ofUseMs;
    this.#stamps = new Uint32Array(2 * slots);
    this.#bodies = new Uint32Array(2 * slots);
    this.#seconds = new Uint32Array(slots);
    this.#older = new Int32Array(slots).fill(NOBODY);
    this.#newest = new Int32Array(slots).fill(NOBODY);
    this.#mask = slots - 1;
  }

  get bytes(): number {
    const columns = [this.#stamps, this.#bodies, this.#seconds, this.#older, this.#newest];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** How many bodies were overwritten by newer ones while their stamp was still accepted. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** False, and not remembered, for one body too many under its stamp. A body that came before is a retry. */
  take(stamp: string, body: Buffer, nowMs: number): boolean {
    const stampHash = hashOf(stamp);
    const bodyHash = hashOf(body);
    let bodies = 0;
    for (
      let at = this.#newest[this.#bucketOf(wordOf(stampHash, 0))] ?? NOBODY;
      at !== NOBODY;
      at = this.#older[at] ?? NOBODY
    ) {
      if (!isAt(this.#stamps, at, stampHash)) continue;
      if (isAt(this.#bodies, at, bodyHash)) return true;
      bodies++;
    }
    if (bodies >= MAX_BODIES) return false;
    this.#remember(stampHash, bodyHash, nowMs);
    return true;
  }

  #remember(stampHash: string, bodyHash: string, nowMs: number): void {
    const slot = this.#next;
    if (this.#filled === this.#seconds.length) this.#forget(slot, nowMs);
    else this.#filled++;
    const bucket = this.#bucketOf(wordOf(stampHash, 0));
    writeAt(this.#stamps, slot, stampHash);
    writeAt(this.#bodies, slot, bodyHash);
    this.#seconds[slot] = Math.floor(nowMs / 1_000);
    this.#older[slot] = this.#newest[bucket] ?? NOBODY;
    this.#newest[bucket] = slot;
    this.#next = (slot + 1) % this.#seconds.length;
  }

  /** The oldest body of all is the last of its chain. */
  #forget(slot: number, nowMs: number): void {
    if (nowMs - (this.#seconds[slot] ?? 0) * 1_000 < this.#ofUseMs) this.#forgotten++;
    const bucket = this.#bucketOf(this.#stamps[2 * slot] ?? 0);
    let at = this.#newest[bucket] ?? NOBODY;
    if (at === slot) {
      this.#newest[bucket] = NOBODY;
      return;
    }
    while (at !== NOBODY && this.#older[at] !== slot) at = this.#older[at] ?? NOBODY;
    this.#older[at] = NOBODY;
  }

  #bucketOf(stampWord: number): number {
    return stampWord & this.#mask;
  }
}

/** As text of a byte each, which costs a third of a buffer. The first 64 bits of it are used. */
const hashOf = (text: string | Buffer): string => hash('sha1', text, 'latin1');

const wordOf = (digest: string, from: number): number =>
  (digest.charCodeAt(from) |
    (digest.charCodeAt(from + 1) << 8) |
    (digest.charCodeAt(from + 2) << 16) |
    (digest.charCodeAt(from + 3) << 24)) >>>
  0;

const isAt = (column: Uint32Array, slot: number, digest: string): boolean =>
  column[2 * slot] === wordOf(digest, 0) && column[2 * slot + 1] === wordOf(digest, 4);

function writeAt(column: Uint32Array, slot: number, digest: string): void {
  column[2 * slot] = wordOf(digest, 0);
  column[2 * slot + 1] = wordOf(digest, 4);
}
