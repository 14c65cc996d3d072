import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 256 random bits. */
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIX = 'wk_';
/** Enough of a key to know it again, and nothing of use to whoever reads it. */
const SHOWN_LENGTH = PREFIX.length + 6;

/**
 * A new API key. Scanners for leaked secrets find `wk_` and 49 letters and digits, and know by the last six, a
 * checksum, that it is one; nothing needs escaping in a header or a shell, and a double click selects all of it.
 */
export function newApiKey(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]);
  const key = PREFIX + random.join('');
  return key + checksumOf(key);
}

/** A key of ours of which a letter was lost or changed on the way: it is refused without a look at any key. */
export const isMistyped = (key: string): boolean =>
  key.startsWith(PREFIX) &&
  checksumOf(key.slice(0, -CHECKSUM_LENGTH)) !== key.slice(-CHECKSUM_LENGTH);

export const prefixOf = (key: string): string => key.slice(0, SHOWN_LENGTH);

function checksumOf(text: string): string {
  let rest = crc32(text);
  let checksum = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    checksum = `${LETTERS[rest % LETTERS.length]}${checksum}`;
    rest = Math.floor(rest / LETTERS.length);
  }
  return checksum;
}
