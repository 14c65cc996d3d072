import { createCipheriv, hash, randomBytes } from 'node:crypto';

export interface PushKeys {
  readonly appid: string;
  readonly token: string;
  /** 43 characters. Only the safe mode has a key. */
  readonly encodingAesKey?: string;
}

/** Makes receipts as WeChat pushes them: each of another message, and signed now. */
export function receiptPushes(
  count: number,
  path: string,
  keys: PushKeys,
): { path: string; body: string }[] {
  return Array.from({ length: count }, (_, n) => push(path, keys, receipt(n)));
}

function push(path: string, { appid, token, encodingAesKey }: PushKeys, xml: string) {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = randomBytes(5).toString('hex');
  const query = `signature=${sign([token, timestamp, nonce])}&timestamp=${timestamp}&nonce=${nonce}`;
  if (encodingAesKey === undefined) return { path: `${path}?${query}`, body: xml };
  const encrypted = encrypt(xml, encodingAesKey, appid);
  return {
    path: `${path}?${query}&encrypt_type=aes&msg_signature=${sign([token, timestamp, nonce, encrypted])}`,
    body: `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

const receipt = (n: number): string =>
  `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oBench${String(n).padStart(22, '0')}]]></FromUserName>` +
  `<CreateTime>${Math.floor(Date.now() / 1_000)}</CreateTime><MsgType><![CDATA[event]]></MsgType>` +
  `<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>${3_487_542_469_355_000_000n + BigInt(n)}</MsgID>` +
  `<Status><![CDATA[success]]></Status></xml>`;

const sign = (parts: readonly string[]): string => hash('sha1', parts.toSorted().join(''));

/** AES-256-CBC over 16 random bytes, the length, the text and the appid, padded to blocks of 32 bytes. */
function encrypt(xml: string, encodingAesKey: string, appid: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const text = Buffer.from(xml);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(appid)]);
  const padding = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])),
    cipher.final(),
  ]).toString('base64');
}
