import { Readable } from 'node:stream';
import yauzl, { type Entry, RandomAccessReader, type ZipFile } from 'yauzl';
import { type ByteSource } from '../byte-source.js';
import { UploadRefused } from '../upload-refused.js';

/** What an archive may cost us. A bomb is refused by what it announces, and one that lies by what it yields. */
export const XLSX_LIMITS = {
  entries: 2_000,
  partBytes: 1024 ** 3,
  smallPartBytes: 8 * 1024 ** 2,
  stringBytes: 64 * 1024 ** 2,
  rows: 1_048_576,
  columns: 256,
  cellLength: 32_767,
  /** Unpacked to packed, once it is over the bytes below. */
  ratio: 200,
  ratioFrom: 10 * 1024 ** 2,
} as const;

const MIB = 1024 ** 2;

class ReaderOf extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.#source, start, end), { objectMode: false });
  }
}

async function* pieces(source: ByteSource, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += MIB) {
    const bytes = await source.read(at, Math.min(MIB, end - at));
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** The parts of a workbook, by their names without a leading slash. */
export class Archive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  static async open(source: ByteSource): Promise<Archive> {
    try {
      const zip = await opened(source);
      return new Archive(zip, await entriesOf(zip));
    } catch (error) {
      throw error instanceof UploadRefused ? error : asBroken(error);
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  close(): void {
    this.#zip.close();
  }

  /** A part as text, unpacked as fast as it is read. */
  async *text(name: string, mostBytes: number = XLSX_LIMITS.partBytes): AsyncGenerator<string> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new UploadRefused('xlsx_broken');
    const refuse = (): never => {
      throw new UploadRefused('xlsx_too_large', { what: name, limit: `${mostBytes / MIB} MiB` });
    };
    if (entry.uncompressedSize > mostBytes) refuse();
    if (isBeyondReason(entry.uncompressedSize, entry.compressedSize)) refuse();
    const stream = await this.#stream(entry);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let total = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        total += chunk.length;
        if (total > mostBytes || isBeyondReason(total, entry.compressedSize)) refuse();
        yield decoder.decode(chunk, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      throw error instanceof UploadRefused || isOurs(error) ? error : asBroken(error);
    } finally {
      stream.destroy();
    }
  }

  #stream(entry: Entry): Promise<Readable> {
    return new Promise((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, stream) => {
        if (error) reject(asBroken(error));
        else resolve(stream);
      });
    });
  }
}

/** Bytes that could not be fetched say nothing about the file. */
export class SourceAway extends Error {}

const isOurs = (error: unknown): boolean => error instanceof SourceAway;

const asBroken = (cause: unknown): Error => {
  if (isOurs(cause)) return cause as Error;
  const refused = new UploadRefused('xlsx_broken');
  refused.cause = cause;
  return refused;
};

const isBeyondReason = (unpacked: number, packed: number): boolean =>
  unpacked > XLSX_LIMITS.ratioFrom && unpacked > XLSX_LIMITS.ratio * Math.max(packed, 1);

function opened(source: ByteSource): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    yauzl.fromRandomAccessReader(new ReaderOf(source), source.size, options, (error, zip) => {
      if (error) reject(error);
      else resolve(zip);
    });
  });
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (entries.size >= XLSX_LIMITS.entries) {
        const limit = `${XLSX_LIMITS.entries}`;
        reject(new UploadRefused('xlsx_too_large', { what: 'ZIP', limit }));
        return;
      }
      entries.set(entry.fileName.replace(/^\//, ''), entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}
