import { readFlatXml } from './flat-xml.js';
import { formatOf, MalformedPush, readPush } from './push-fields.js';

const OPENING = '<Encrypt><![CDATA[';
const CLOSING = ']]></Encrypt>';

/** WeChat sends little beside Encrypt. The limit matters, because the signature is not checked yet. */
const LARGEST_ODD_BODY = 64 * 1024;

/**
 * The Encrypt text of a body, or undefined. A wrong guess does no harm, because `msg_signature` covers the text: so the
 * cheap ways to find it come first, and only other bodies are parsed.
 */
export function encryptedPart(body: string): string | undefined {
  const format = formatOf(body);
  // Only in XML: in JSON the same characters are what a person wrote.
  const encrypted = format === 'xml' ? (readFlatXml(body)?.['Encrypt'] ?? lastOf(body)) : undefined;
  if (encrypted !== undefined) return encrypted;
  return format === undefined || body.length > LARGEST_ODD_BODY ? undefined : parsed(body);
}

/** Beside nested elements. In compatible mode it comes last, after what people wrote. */
function lastOf(body: string): string | undefined {
  const at = body.lastIndexOf(OPENING);
  if (at < 0) return undefined;
  const end = body.indexOf(CLOSING, at);
  return end < 0 ? undefined : body.slice(at + OPENING.length, end).trim();
}

function parsed(body: string): string | undefined {
  try {
    const { Encrypt: encrypted } = readPush(body);
    return typeof encrypted === 'string' ? encrypted : undefined;
  } catch (error) {
    if (error instanceof MalformedPush) return undefined;
    throw error;
  }
}
