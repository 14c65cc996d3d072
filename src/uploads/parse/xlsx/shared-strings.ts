import { UploadRefused } from '../upload-refused.js';
import { type Archive, XLSX_LIMITS } from './archive.js';
import { readXml, withoutEscapes } from './xml.js';

const PART = 'xl/sharedStrings.xml';
const CHUNK = 1024 * 1024;

/** The texts that cells refer to by number, in few large buffers: as strings a million of them would fill the heap. */
export class SharedStrings {
  #chunks: Buffer[] = [];
  /** Where each ends, counted over all chunks; no text lies in two. */
  #ends = new Float64Array(4_096);
  #starts = new Float64Array(4_096);
  #count = 0;
  #used = CHUNK;
  #bytes = 0;

  static async of(archive: Archive): Promise<SharedStrings> {
    const strings = new SharedStrings();
    if (!archive.has(PART)) return strings;
    let text = '';
    let isText = false;
    let phonetic = 0;
    await readXml(archive.text(PART), {
      open: (name) => {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic += 1;
        else if (name === 't') isText = phonetic === 0; // pinyin is no part of the text
      },
      text: (piece) => {
        if (!isText) return;
        text += piece;
        if (text.length > XLSX_LIMITS.cellLength * 8) throw new UploadRefused('xlsx_broken');
      },
      close: (name) => {
        if (name === 't') isText = false;
        else if (name === 'rPh') phonetic -= 1;
        else if (name === 'si') strings.#add(withoutEscapes(text));
      },
    });
    return strings;
  }

  of(number: number): string {
    if (!Number.isInteger(number) || number < 0 || number >= this.#count)
      throw new UploadRefused('xlsx_broken');
    const start = this.#starts[number] ?? 0;
    const chunk = this.#chunks[Math.floor(start / CHUNK)];
    const from = start % CHUNK;
    return chunk?.toString('utf8', from, from + (this.#ends[number] ?? 0) - start) ?? '';
  }

  #add(text: string): void {
    const needed = Buffer.byteLength(text);
    this.#bytes += needed;
    if (this.#bytes > XLSX_LIMITS.stringBytes) {
      const limit = `${XLSX_LIMITS.stringBytes / CHUNK} MiB`;
      throw new UploadRefused('xlsx_too_large', { what: PART, limit });
    }
    if (this.#used + needed > CHUNK) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK));
      this.#used = 0;
    }
    if (this.#count === this.#ends.length) {
      this.#ends = doubled(this.#ends);
      this.#starts = doubled(this.#starts);
    }
    const start = (this.#chunks.length - 1) * CHUNK + this.#used;
    this.#chunks.at(-1)?.write(text, this.#used);
    this.#used += needed;
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = start + needed;
    this.#count += 1;
  }
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(numbers.length * 2);
  more.set(numbers);
  return more;
}
