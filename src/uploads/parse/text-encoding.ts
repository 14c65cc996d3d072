import { type ByteSource, bytesOf } from './byte-source.js';
import { UploadRefused } from './upload-refused.js';

/** As `TextDecoder` knows them. GBK and GB2312 are read as GB18030: by their own names Node reads no four bytes. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'big5', 'shift_jis'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const LF = 0x0a;
/** Of the lines that decide; a file that is broken in more of them is of another encoding. */
const MOST_BROKEN = 0.05;

/**
 * Which encoding a text is in. A mark at its beginning says it; else the first piece that is not all ASCII decides, by
 * how many of its lines can be decoded.
 */
export async function encodingOf(source: ByteSource): Promise<Encoding> {
  let first = true;
  for await (const piece of bytesOf(source)) {
    if (first) {
      const marked = markedEncoding(piece) ?? wideEncoding(piece);
      if (marked !== undefined) return marked;
      first = false;
    }
    if (piece.every((byte) => byte < 0x80)) continue;
    return byDecoding(wholeLines(piece, piece.length < source.size));
  }
  return 'utf-8';
}

function markedEncoding(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 'utf-8' : undefined;
}

/** UTF-16 without a mark: every other byte of openids and delimiters is 0. Other files with many of those are no text. */
function wideEncoding(head: Uint8Array): Encoding | undefined {
  const zeros = [0, 0];
  const looked = Math.min(head.length, 4_096);
  for (let at = 0; at < looked; at++) if (head[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < 2) return undefined;
  if (odd > looked / 6 && even < odd / 20) return 'utf-16le';
  if (even > looked / 6 && odd < even / 20) return 'utf-16be';
  if (even + odd > looked / 50) throw new UploadRefused('not_a_table');
  return undefined;
}

/** A piece may begin and end within a character; its lines do not. */
function wholeLines(piece: Uint8Array, isPart: boolean): Uint8Array {
  if (!isPart) return piece;
  const last = piece.lastIndexOf(LF);
  return last <= 0 ? piece : piece.subarray(0, last);
}

/**
 * UTF-8 first: what is broken in few places is still told by the rest, and its characters would be others in GB18030.
 */
function byDecoding(bytes: Uint8Array): Encoding {
  const found = (['utf-8', 'gb18030'] as const).find(
    (name) => brokenShare(name, bytes) <= MOST_BROKEN,
  );
  if (found === undefined) throw new UploadRefused('encoding_unknown');
  return found === 'utf-8' && isByChance(bytes) ? 'gb18030' : found;
}

/**
 * Some Chinese words in GBK are UTF-8 as well: 学员 would be Cyrillic. A text is not UTF-8 where nothing in it is of
 * Chinese, some of its lines are broken, and fewer of them are in GB18030.
 */
function isByChance(bytes: Uint8Array): boolean {
  const broken = brokenShare('utf-8', bytes);
  if (broken === 0 || brokenShare('gb18030', bytes) >= broken) return false;
  return !BEYOND_CYRILLIC.test(new TextDecoder('utf-8').decode(bytes));
}

/** Three bytes in UTF-8; U+FFFD is what could not be decoded. */
const BEYOND_CYRILLIC = /[\u0800-\ufffc]/;

/** Of the lines that are not all ASCII. The piece may end within a character. */
function brokenShare(name: Encoding, bytes: Uint8Array): number {
  if (fits(name, bytes)) return 0;
  const text = new TextDecoder(name).decode(bytes, { stream: true });
  const telling = text.split('\n').filter((line) => NOT_ASCII.test(line));
  if (telling.length === 0) return 0;
  return telling.filter((line) => line.includes('\ufffd')).length / telling.length;
}

/** U+FFFD may stand in a text as it is. */
function fits(name: Encoding, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(name, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

const NOT_ASCII = /[^\0-\x7f]/;

/** The text piece by piece, without its mark. What cannot be decoded is U+FFFD: its row is refused, not the file. */
export async function* textOf(source: ByteSource, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of bytesOf(source)) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
