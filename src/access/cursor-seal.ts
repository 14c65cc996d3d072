import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretsConfig } from '../config/config.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals where a list goes on for somebody who must not read it, as it is an openid. They cannot make such a cursor
 * either, or they would find out an openid by asking what comes after it. Any process opens it.
 */
@Injectable()
export class CursorSeal {
  readonly #keys: readonly Buffer[];

  constructor({ masterKeys }: SecretsConfig) {
    this.#keys = masterKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'cursor', 32)));
  }

  /** @param list which it is for: it opens nowhere else */
  seal(cursor: string, list: string): string {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('there is no master key to seal with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    cipher.setAAD(Buffer.from(list));
    const text = Buffer.concat([cipher.update(cursor, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
  }

  /** Undefined for what was not sealed for this list. */
  open(sealed: string, list: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    for (const key of this.#keys) {
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(list));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // sealed under another key, or never: the next one may fit
      }
    }
    return undefined;
  }
}
