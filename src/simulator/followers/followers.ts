import { OpenidCodec } from './openid-codec.js';

/** Who follows an account: a count, a codec, and only the exceptions as objects. */
export class Followers {
  readonly #codec: OpenidCodec;
  readonly #left = new Set<number>();
  #everFollowed: number;

  constructor(seed: string, count: number) {
    this.#codec = new OpenidCodec(seed);
    this.#everFollowed = count;
  }

  get total(): number {
    return this.#everFollowed - this.#left.size;
  }

  /** One more than the highest number ever given out. */
  get everFollowed(): number {
    return this.#everFollowed;
  }

  openid(index: number): string {
    return this.#codec.openid(index);
  }

  /** Anybody who follows or once followed; undefined for an openid of nobody or of another account. */
  find(openid: string): number | undefined {
    const index = this.#codec.index(openid);
    return index !== undefined && index < this.#everFollowed ? index : undefined;
  }

  follows(index: number): boolean {
    return index < this.#everFollowed && !this.#left.has(index);
  }

  /** New followers join at the end of the list; returns their openids. */
  join(count: number): string[] {
    const first = this.#everFollowed;
    this.#everFollowed += count;
    return Array.from({ length: count }, (_, offset) => this.openid(first + offset));
  }

  rejoin(index: number): void {
    this.#left.delete(index);
  }

  leave(index: number): void {
    this.#left.add(index);
  }

  /** The last followers of the list, nearest the end first. */
  last(count: number): number[] {
    const found: number[] = [];
    for (let index = this.#everFollowed - 1; index >= 0 && found.length < count; index--) {
      if (!this.#left.has(index)) found.push(index);
    }
    return found;
  }

  /** Up to `limit` followers from this number on, in list order. */
  listFrom(
    index: number,
    limit: number,
    includes: (index: number) => boolean = () => true,
  ): number[] {
    const page: number[] = [];
    for (let at = index; at < this.#everFollowed && page.length < limit; at++) {
      if (!this.#left.has(at) && includes(at)) page.push(at);
    }
    return page;
  }

  /** How many followers a regular pattern (every n-th) covers. */
  countEvery(every: number): number {
    let missing = 0;
    for (const index of this.#left) if (index % every === 0) missing++;
    return Math.ceil(this.#everFollowed / every) - missing;
  }
}
