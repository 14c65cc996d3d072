import { createCipheriv, hash, randomBytes } from 'node:crypto';
import type { CallbackSettings } from '../settings/account-settings.js';
import { cdata } from './event-text.js';

export type Envelope = { readonly query: string; readonly body: string };

type PushAccount = {
  readonly appid: string;
  readonly ghId: string;
  readonly callback: CallbackSettings;
};

type PushMetadata = { readonly timestamp: number; readonly nonce: string; readonly openid: string };

const BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;
const HEADER_BYTES = RANDOM_BYTES + 4;

/** Signs a push, and encrypts it in the modes that need it. Returns what is posted to the callback. */
export const sealPush = (
  sender: PushAccount,
  text: string,
  { timestamp, nonce, openid }: PushMetadata,
): Envelope => {
  const { callback } = sender;
  const signature = sign([callback.token, String(timestamp), nonce]);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${encodeURIComponent(openid)}`;
  if (callback.mode === 'plain') return { query, body: text };

  const sealed = encrypt(text, callback.encodingAesKey, sender.appid);
  const messageSignature = sign([callback.token, String(timestamp), nonce, sealed]);
  return {
    query: `${query}&encrypt_type=aes&msg_signature=${messageSignature}`,
    body:
      callback.mode === 'safe'
        ? encryptedBody(sender, sealed)
        : compatibleBody(callback.format, text, sealed),
  };
};

/** The sha1 of the sorted and joined parts. */
export const sign = (parts: readonly string[]): string => hash('sha1', parts.toSorted().join(''));

/** AES-256-CBC over 16 random bytes, the length, the text and the appid, padded to blocks of 32 bytes. */
export const encrypt = (
  text: string,
  encodingAesKey: string,
  appid: string,
  random = randomBytes(RANDOM_BYTES),
): string => {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const textBytes = Buffer.byteLength(text);
  const bytes = HEADER_BYTES + textBytes + Buffer.byteLength(appid);
  const padding = BLOCK_BYTES - (bytes % BLOCK_BYTES);
  const plain = Buffer.alloc(bytes + padding, padding);
  random.copy(plain);
  plain.writeUInt32BE(textBytes, RANDOM_BYTES);
  plain.write(text, HEADER_BYTES);
  plain.write(appid, HEADER_BYTES + textBytes);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return cipher.update(plain, undefined, 'base64') + cipher.final('base64');
};

function encryptedBody({ ghId, callback }: PushAccount, sealed: string): string {
  return callback.format === 'xml'
    ? `<xml><ToUserName>${cdata(ghId)}</ToUserName><Encrypt>${cdata(sealed)}</Encrypt></xml>`
    : JSON.stringify({ ToUserName: ghId, Encrypt: sealed });
}

function compatibleBody(format: CallbackSettings['format'], text: string, sealed: string): string {
  return format === 'xml'
    ? text.replace(/<\/xml>\s*$/, () => `<Encrypt>${cdata(sealed)}</Encrypt></xml>`)
    : text.replace(/\}\s*$/, () => `,"Encrypt":${JSON.stringify(sealed)}}`);
}
