import { hash, timingSafeEqual } from 'node:crypto';

/**
 * WeChat's signature over its parts: hex sha1 of the sorted parts, joined. `signature` covers token, timestamp and
 * nonce, so never the body; `msg_signature` covers the Encrypt text too.
 */
export const signatureOf = (parts: readonly string[]): string =>
  hash('sha1', parts.toSorted().join(''));

const SIGNATURE = /^[0-9a-f]{40}$/;

/** Whether it looks like one. */
export const isSignature = (text: unknown): text is string =>
  typeof text === 'string' && SIGNATURE.test(text);

/** Whether the parts were signed with one of the tokens. Constant time; an empty token never validates. */
export function isSigned(
  signature: unknown,
  tokens: readonly string[],
  parts: readonly string[],
): boolean {
  if (!isSignature(signature)) return false;
  const given = Buffer.from(signature, 'latin1');
  return tokens.some(
    (token) =>
      token !== '' && timingSafeEqual(given, Buffer.from(signatureOf([token, ...parts]), 'latin1')),
  );
}
