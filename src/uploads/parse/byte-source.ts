/** The bytes of an upload, wherever they lie. */
export interface ByteSource {
  readonly size: number;
  /** Exactly these bytes; the range lies within the size. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** What is read at once. */
const STEP = 1024 * 1024;

/** All of it from the beginning, while the next piece is fetched. */
export async function* bytesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  const piece = (at: number): Promise<Uint8Array> | undefined => {
    if (at >= source.size) return undefined;
    const read = source.read(at, Math.min(STEP, source.size - at));
    read.catch(() => {}); // whoever awaits it hears of it; nobody may
    return read;
  };
  let next = piece(0);
  for (let at = STEP; next !== undefined; at += STEP) {
    const bytes = await next;
    next = piece(at);
    yield bytes;
  }
}
