/** A message of the PostgreSQL protocol that ends in the latest chunk. */
export interface Frame {
  /** One letter: `Q` is a simple query, `S` ends an extended one, `Z` is ready for the next. */
  readonly type: string;
  /** Its start in the chunk, or 0 if it began in an earlier one. */
  readonly start: number;
  /** The first bytes behind the length. */
  readonly head: string;
}

const HEAD_BYTES = 8;

/** Finds the messages in one direction of a connection, without keeping them. */
export class PostgresFrames {
  #untyped: number;

  #seen: number[] = [];
  /** The bytes of the current message that are missing. Undefined until its length is known. */
  #left: number | undefined;

  /** @param untyped the number of first messages without a letter, such as the start-up of a client */
  constructor(untyped: number) {
    this.#untyped = untyped;
  }

  read(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const prefix = this.#untyped > 0 ? 4 : 5;
      if (this.#left === undefined) {
        if (this.#seen.length === 0) start = at;
        this.#seen.push(chunk[at++] as number);
        if (this.#seen.length < prefix) continue;
        this.#left = Buffer.from(this.#seen).readUInt32BE(prefix - 4) - 4;
      } else {
        const here = Math.min(this.#left, chunk.length - at);
        for (let i = 0; i < here && this.#seen.length < prefix + HEAD_BYTES; i++)
          this.#seen.push(chunk[at + i] as number);
        this.#left -= here;
        at += here;
      }
      if (this.#left > 0) continue;
      const bytes = Buffer.from(this.#seen);
      frames.push({
        type: prefix === 5 ? String.fromCharCode(bytes[0] as number) : '',
        start,
        head: bytes.subarray(prefix).toString('latin1'),
      });
      this.#untyped = Math.max(0, this.#untyped - 1);
      this.#seen = [];
      this.#left = undefined;
      start = at;
    }
    return frames;
  }
}
