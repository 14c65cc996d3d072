import type { CallbackKeys } from '../accounts/account-secrets.js';
import { CallbackRefusal } from './callback-refusal.js';
import { declaresDoctype } from './doctype.js';
import { encryptedPart } from './encrypted-part.js';
import { decryptPush } from './push-cipher.js';
import { formatOf, MalformedPush, readPush } from './push-fields.js';
import { isSigned } from './signature.js';

/** A query as it was sent: each parameter may be missing, or be there twice. */
export type CallbackQuery = Readonly<Record<string, unknown>>;

/**
 * Checks a push and returns what WeChat said in it; throws nothing but `CallbackRefusal`.
 *
 * The account's mode decides, not whether there is an EncodingAESKey: WeChat's page shows one in every mode. In safe
 * and in compatible mode only what was encrypted counts, also where the same push stands beside it in the clear,
 * which no signature covers. `isProven`: the query's own signature has been checked with these keys.
 */
export function openPush(
  keys: CallbackKeys,
  query: CallbackQuery,
  body: Buffer,
  isProven = false,
): Buffer {
  const content =
    keys.mode === 'plain'
      ? openPlain(keys, query, body, isProven)
      : openEncrypted(keys, query, body);
  const text = content.toString('utf8');
  const format = formatOf(text);
  if (format === undefined) throw new CallbackRefusal('malformed');
  if (format === 'xml' && declaresDoctype(text)) throw new CallbackRefusal('doctype');
  return content;
}

function openPlain(
  keys: CallbackKeys,
  query: CallbackQuery,
  body: Buffer,
  isProven: boolean,
): Buffer {
  if (!isProven && !isSigned(query['signature'], keys.tokens, stamp(query)))
    throw new CallbackRefusal('unsigned');
  const mayHideAll = query['encrypt_type'] === 'aes' || body.includes('Encrypt');
  if (mayHideAll && !saysAnything(body)) throw new CallbackRefusal('encrypted');
  return body;
}

/** Whether the push says anything outside Encrypt. A push of Encrypt alone would be lost if it counted as read. */
function saysAnything(body: Buffer): boolean {
  try {
    const { MsgType: type, Event: event, Encrypt: encrypted } = readPush(body.toString('utf8'));
    return type !== undefined || event !== undefined || encrypted === undefined;
  } catch (error) {
    if (error instanceof MalformedPush) throw new CallbackRefusal('malformed');
    throw error;
  }
}

function openEncrypted(keys: CallbackKeys, query: CallbackQuery, body: Buffer): Buffer {
  const encrypted = encryptedPart(body.toString('utf8'));
  if (encrypted === undefined) {
    // A signed one is WeChat's, whose console has another mode for the account: another refusal than a stranger's.
    const isWechats = isSigned(query['signature'], keys.tokens, stamp(query));
    throw new CallbackRefusal(isWechats ? 'not-encrypted' : 'unsigned');
  }
  if (!isSigned(query['msg_signature'], keys.tokens, [...stamp(query), encrypted])) {
    throw new CallbackRefusal('unsigned');
  }
  return decryptWithAny(encrypted, keys);
}

/** The current key, else the previous one: WeChat switches over some time after the operator did. */
function decryptWithAny(encrypted: string, { aesKeys, appid }: CallbackKeys): Buffer {
  let refusal: CallbackRefusal | undefined;
  for (const aesKey of aesKeys) {
    try {
      return decryptPush(encrypted, aesKey, appid);
    } catch (error) {
      if (!(error instanceof CallbackRefusal)) throw error;
      // A key that fits, with another appid, says more than a key that does not fit.
      if (refusal?.reason !== 'other-account') refusal = error;
    }
  }
  throw refusal ?? new CallbackRefusal('undecipherable');
}

/** What every signature covers beside the token. */
export function stamp({ timestamp, nonce }: CallbackQuery): [timestamp: string, nonce: string] {
  if (typeof timestamp !== 'string' || typeof nonce !== 'string')
    throw new CallbackRefusal('unsigned');
  return [timestamp, nonce];
}
