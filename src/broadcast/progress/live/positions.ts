/**
 * How far the broadcasts of one stream have been told, in the order of its topics, as one text: `712.x.98`. Events have
 * ids that become visible in order for each broadcast, not over all of them, so one number would lose some.
 */
export class Positions {
  readonly #seen: (number | undefined)[];

  constructor(howMany: number, from: string | undefined) {
    const given = from?.split('.') ?? [];
    const one = given.length === 1 && howMany !== 1 ? given[0] : undefined;
    this.#seen = Array.from({ length: howMany }, (_, n) =>
      numberOf(one ?? (given.length === howMany ? given[n] : undefined)),
    );
  }

  seen(n: number): number | undefined {
    return this.#seen[n];
  }

  /** The text for `id:`, after a broadcast was told up to this event. */
  after(n: number, id: number | undefined): string {
    if (id !== undefined) this.#seen[n] = id;
    return this.#seen.map((seen) => seen ?? 'x').join('.');
  }
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
