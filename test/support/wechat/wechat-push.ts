import { createCipheriv, randomBytes } from 'node:crypto';
import { signatureOf } from '../../../src/wechat-auth/signature.js';

export interface Sealing {
  readonly encodingAesKey: string;
  readonly appid: string;
  /** 16 characters; random when left out. */
  readonly random16?: string;
  /** Some libraries pad to the cipher's 16. */
  readonly block?: 16 | 32;
}

/** Encrypts as WeChat does. */
export function encryptPush(
  plain: string | Buffer,
  { encodingAesKey, appid, random16, block = 32 }: Sealing,
): string {
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const random = random16 === undefined ? randomBytes(16) : Buffer.from(random16);
  const content = Buffer.concat([random, length, message, Buffer.from(appid)]);
  const padding = block - (content.length % block);
  return encryptRaw(Buffer.concat([content, Buffer.alloc(padding, padding)]), encodingAesKey);
}

/** Encrypts whole blocks as they are: for what WeChat would never send. */
export function encryptRaw(blocks: Buffer, encodingAesKey: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64');
}

/** The query of a push, or of a handshake when `echostr` is given. */
export function signedQuery(
  token: string,
  {
    encrypted,
    echostr,
    timestamp = String(Math.floor(Date.now() / 1000)),
    nonce = randomBytes(4).readUInt32BE().toString(),
  }: { encrypted?: string; echostr?: string; timestamp?: string; nonce?: string } = {},
): Record<string, string> {
  return {
    signature: signatureOf([token, timestamp, nonce]),
    timestamp,
    nonce,
    ...(echostr !== undefined && { echostr }),
    ...(encrypted !== undefined && {
      encrypt_type: 'aes',
      msg_signature: signatureOf([token, timestamp, nonce, encrypted]),
    }),
  };
}

export const safeBody = (encrypted: string): string =>
  `<xml>\n    <ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>\n    <Encrypt><![CDATA[${encrypted}]]></Encrypt>\n</xml>\n`;
