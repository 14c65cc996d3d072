import { createDecipheriv } from 'node:crypto';
import { CallbackRefusal } from './callback-refusal.js';

/** Some libraries pad to the cipher's own 16; a last byte of 1 to 32 reads both. */
const LARGEST_PADDING = 32;
/** 16 random bytes, then the message's length as a big-endian uint32. */
const LENGTH_AT = 16;
const MESSAGE_AT = 20;

/**
 * Opens an Encrypt text: AES-256-CBC under the EncodingAESKey, holding random bytes, length, message and appid.
 * Who may ask must be settled before, by `msg_signature`: CBC alone proves nothing.
 */
export function decryptPush(encrypted: string, encodingAesKey: string, appid: string): Buffer {
  const plain = unpad(decrypt(encrypted, encodingAesKey));
  if (plain.length < MESSAGE_AT) throw new CallbackRefusal('undecipherable');
  const end = MESSAGE_AT + plain.readUInt32BE(LENGTH_AT);
  if (end > plain.length) throw new CallbackRefusal('undecipherable');
  if (plain.toString('utf8', end) !== appid) throw new CallbackRefusal('other-account');
  return plain.subarray(MESSAGE_AT, end);
}

function decrypt(encrypted: string, encodingAesKey: string): Buffer {
  // 43 characters hold 258 bits: the last one's low bits may be set, and Node ignores them.
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const bytes = Buffer.from(encrypted, 'base64');
  if (key.length !== 32 || bytes.length === 0 || bytes.length % 16 !== 0) {
    throw new CallbackRefusal('undecipherable');
  }
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  // OpenSSL would refuse paddings above its block of 16.
  decipher.setAutoPadding(false);
  return decipher.update(bytes); // whole blocks: `final` has nothing to add
}

function unpad(padded: Buffer): Buffer {
  const padding = padded.at(-1) ?? 0;
  const end = padded.length - padding;
  if (padding < 1 || padding > LARGEST_PADDING || end < 0)
    throw new CallbackRefusal('undecipherable');
  for (let at = end; at < padded.length; at++) {
    if (padded[at] !== padding) throw new CallbackRefusal('undecipherable');
  }
  return padded.subarray(0, end);
}
