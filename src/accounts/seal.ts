import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretsConfig } from '../config/config.js';

const ALGORITHM = 'aes-256-gcm';
/** Layout: version (1 byte), key id (8), nonce (12), tag (16), ciphertext. */
const VERSION = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

/** A sealed value does not open: another master key, another context, or changed bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

interface MasterKey {
  readonly id: Buffer;
  readonly key: Buffer;
}

/**
 * Seals secrets for the database. The first master key seals, every one of them opens: `new,old` rotates.
 * The context binds a sealed value to its place: copied into another row or column, it does not open.
 */
@Injectable()
export class Sealer {
  readonly #keys: readonly MasterKey[];
  readonly #current: MasterKey;

  constructor(secrets: SecretsConfig) {
    this.#keys = secrets.masterKeys.map((key) => ({ id: keyId(key), key }));
    const [current] = this.#keys;
    if (current === undefined) throw new Error('there is no master key to seal with');
    this.#current = current;
  }

  seal(plain: string, context: string): Buffer {
    const header = Buffer.concat([Buffer.of(VERSION), this.#current.id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#current.key, nonce);
    cipher.setAAD(boundTo(header, context));
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([header, nonce, cipher.getAuthTag(), text]);
  }

  open(sealed: Buffer, context: string): string {
    if (sealed.length < OVERHEAD_BYTES || sealed[0] !== VERSION) {
      throw new SealBroken(`${context} is not something this version has sealed`);
    }
    const header = sealed.subarray(0, HEADER_BYTES);
    const master = this.#keys.find(({ id }) => id.equals(header.subarray(1)));
    if (master === undefined) {
      throw new SealBroken(`${context} was sealed under another master key`);
    }
    const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, master.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(header, context));
    decipher.setAuthTag(sealed.subarray(HEADER_BYTES + NONCE_BYTES, OVERHEAD_BYTES));
    try {
      const text = Buffer.concat([
        decipher.update(sealed.subarray(OVERHEAD_BYTES)),
        decipher.final(),
      ]);
      return text.toString('utf8');
    } catch (cause) {
      throw new SealBroken(`${context} has been changed since it was sealed`, { cause });
    }
  }

  /** False for a value that an older master key sealed: it opens, and should be sealed anew. */
  isCurrent(sealed: Buffer): boolean {
    return sealed[0] === VERSION && this.#current.id.equals(sealed.subarray(1, HEADER_BYTES));
  }
}

/** Names a key without revealing anything of it. */
const keyId = (key: Buffer): Buffer =>
  createHash('sha256').update('weicast master key').update(key).digest().subarray(0, KEY_ID_BYTES);

const boundTo = (header: Buffer, context: string): Buffer =>
  Buffer.concat([header, Buffer.from(context, 'utf8')]);
