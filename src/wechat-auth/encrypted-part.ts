import { formatOf, MalformedPush, readPush } from './push-fields.js';

const OPENING = '<Encrypt><![CDATA[';
const CLOSING = ']]></Encrypt>';

/** What WeChat sends beside Encrypt is short; nobody has signed it yet when we read it. */
const LARGEST_ODD_BODY = 64 * 1024;

/**
 * The Encrypt text of a body, or undefined. Where it is found need not be beyond doubt, because `msg_signature`
 * covers it: so WeChat's own way of writing it is looked for, and only a body that has it otherwise is parsed.
 */
export function encryptedPart(body: string): string | undefined {
  // In compatible mode it comes last, after what people wrote.
  const at = body.lastIndexOf(OPENING);
  if (at >= 0) {
    const end = body.indexOf(CLOSING, at);
    if (end >= 0) return body.slice(at + OPENING.length, end);
  }
  if (body.length > LARGEST_ODD_BODY || formatOf(body) === undefined) return undefined;
  try {
    const { Encrypt: encrypted } = readPush(body);
    return typeof encrypted === 'string' ? encrypted.trim() : undefined;
  } catch (error) {
    if (error instanceof MalformedPush) return undefined;
    throw error;
  }
}
