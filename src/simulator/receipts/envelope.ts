import { createCipheriv, hash, randomBytes } from 'node:crypto';
import type { CallbackSettings } from '../accounts/account-settings.js';
import { cdata } from './event-text.js';

export type Envelope = { readonly query: string; readonly body: string };

type Sender = {
  readonly appid: string;
  readonly ghId: string;
  readonly callback: CallbackSettings;
};

type Postmark = { readonly timestamp: number; readonly nonce: string; readonly openid: string };

const BLOCK = 32;
const HEAD_RANDOM = 16;
const HEAD = HEAD_RANDOM + 4;

/** Signs a push and, in the modes that ask for it, seals it: what is posted to the callback. */
export const envelope = (
  sender: Sender,
  text: string,
  { timestamp, nonce, openid }: Postmark,
): Envelope => {
  const { callback } = sender;
  const signature = sign([callback.token, String(timestamp), nonce]);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${encodeURIComponent(openid)}`;
  if (callback.mode === 'plain') return { query, body: text };

  const sealed = seal(text, callback.encodingAesKey, sender.appid);
  const messageSignature = sign([callback.token, String(timestamp), nonce, sealed]);
  return {
    query: `${query}&encrypt_type=aes&msg_signature=${messageSignature}`,
    body:
      callback.mode === 'safe'
        ? sealedOnly(sender, sealed)
        : besidePlain(callback.format, text, sealed),
  };
};

/** sha1 of the sorted parts, joined. */
export const sign = (parts: readonly string[]): string => hash('sha1', parts.toSorted().join(''));

/** AES-256-CBC over 16 random bytes, the length, the text and the appid, padded to blocks of 32 bytes. */
export const seal = (
  text: string,
  encodingAesKey: string,
  appid: string,
  random = randomBytes(HEAD_RANDOM),
): string => {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const textBytes = Buffer.byteLength(text);
  const bytes = HEAD + textBytes + Buffer.byteLength(appid);
  const padding = BLOCK - (bytes % BLOCK);
  const plain = Buffer.alloc(bytes + padding, padding);
  random.copy(plain);
  plain.writeUInt32BE(textBytes, HEAD_RANDOM);
  plain.write(text, HEAD);
  plain.write(appid, HEAD + textBytes);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return cipher.update(plain, undefined, 'base64') + cipher.final('base64');
};

function sealedOnly({ ghId, callback }: Sender, sealed: string): string {
  return callback.format === 'xml'
    ? `<xml><ToUserName>${cdata(ghId)}</ToUserName><Encrypt>${cdata(sealed)}</Encrypt></xml>`
    : JSON.stringify({ ToUserName: ghId, Encrypt: sealed });
}

function besidePlain(format: CallbackSettings['format'], text: string, sealed: string): string {
  return format === 'xml'
    ? text.replace(/<\/xml>\s*$/, () => `<Encrypt>${cdata(sealed)}</Encrypt></xml>`)
    : text.replace(/\}\s*$/, () => `,"Encrypt":${JSON.stringify(sealed)}}`);
}
