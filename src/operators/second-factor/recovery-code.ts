import { randomInt } from 'node:crypto';
import { hashOf } from '../../access/secret-hash.js';

export const RECOVERY_CODES = 10;

/** Crockford's: what is misread is another spelling of the same. */
const SIGNS = '0123456789abcdefghjkmnpqrstvwxyz';

/** 16 signs, 80 random bits: too many to be guessed, so a plain hash keeps them. */
export const newRecoveryCode = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)] ?? '').join(''),
  ).join('-');

/** Undefined for what cannot be one. Dashes, spaces, capitals and look-alikes are forgiven. */
export function hashOfRecoveryCode(typed: string): Buffer | undefined {
  const plain = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  if (plain.length !== 16 || [...plain].some((sign) => !SIGNS.includes(sign))) return undefined;
  return hashOf(plain);
}
