import { OpenidCodec } from './openid-codec.js';

/** The followers of an account. Only a count, a codec and those who left take memory. */
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

  /** One more than the highest number of a follower. */
  get everFollowed(): number {
    return this.#everFollowed;
  }

  openid(index: number): string {
    return this.#codec.openid(index);
  }

  /** Finds anybody who follows or once followed. Undefined for all other openids. */
  find(openid: string): number | undefined {
    const index = this.#codec.index(openid);
    return index !== undefined && index < this.#everFollowed ? index : undefined;
  }

  follows(index: number): boolean {
    return index < this.#everFollowed && !this.#left.has(index);
  }

  /** Adds followers at the end of the list. Returns their openids. */
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

  /** The last followers of the list, from its end. */
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

  /** How many followers have a number that is a multiple of `every`. */
  countEvery(every: number): number {
    let missing = 0;
    for (const index of this.#left) if (index % every === 0) missing++;
    return Math.ceil(this.#everFollowed / every) - missing;
  }
}
