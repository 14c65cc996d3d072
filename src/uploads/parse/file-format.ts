import { type ByteSource } from './byte-source.js';
import { UploadRefused } from './upload-refused.js';

const ZIP = [0x50, 0x4b];
/** Of old Office files, and of new ones with a password. */
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];
/** PDF, PNG, JPEG, RAR, gzip, 7z. */
const OTHERS = [
  [0x25, 0x50, 0x44, 0x46],
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x52, 0x61, 0x72, 0x21],
  [0x1f, 0x8b],
  [0x37, 0x7a, 0xbc, 0xaf],
];
const LOOKED_AT = 1024 * 1024;

/** Told by its first bytes: names and types lie. */
export async function fileFormatOf(source: ByteSource): Promise<'xlsx' | 'text'> {
  const head = await source.read(0, Math.min(8, source.size));
  const begins = (bytes: readonly number[]): boolean =>
    bytes.every((byte, at) => head[at] === byte);
  if (begins(OLD_OFFICE))
    throw new UploadRefused((await isEncrypted(source)) ? 'xlsx_password' : 'xls_old');
  if (begins(ZIP)) return 'xlsx';
  if (OTHERS.some(begins)) throw new UploadRefused('not_a_table');
  return 'text';
}

/** An encrypted workbook has a stream of this name, which its directory has in UTF-16. */
async function isEncrypted(source: ByteSource): Promise<boolean> {
  const name = Buffer.from('EncryptedPackage', 'utf16le');
  const length = Math.min(LOOKED_AT, source.size);
  const looked = [await source.read(0, length), await source.read(source.size - length, length)];
  return looked.some((bytes) => Buffer.from(bytes).includes(name));
}
