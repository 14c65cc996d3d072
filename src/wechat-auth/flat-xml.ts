const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;
const CDATA = '<![CDATA[';
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Reads XML in exactly the shape WeChat writes: `<xml>`, in it elements with text or one CDATA section each, and
 * nothing else. White space around a value is dropped. Undefined for any other shape, which the real parser then reads;
 * what is read here, the real parser reads the same. Every receipt is read here, for a tenth of the real parser's
 * cost.
 */
export function readFlatXml(text: string): Record<string, string> | undefined {
  let at = skipSpace(text, text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0);
  if (!text.startsWith('<xml>', at)) return undefined;
  at = skipSpace(text, at + '<xml>'.length);

  const fields: Record<string, string> = {};
  while (!text.startsWith('</xml>', at)) {
    const nameEnd = text.indexOf('>', at);
    const name = text.slice(at + 1, nameEnd);
    // `in` also turns away repeated names, which are a list, and names that every object has.
    if (text[at] !== '<' || !NAME.test(name) || name in fields) return undefined;

    const valueAt = skipSpace(text, nameEnd + 1);
    const isCdata = text.startsWith(CDATA, valueAt);
    const textAt = isCdata ? valueAt + CDATA.length : valueAt;
    const textEnd = text.indexOf(isCdata ? ']]>' : '<', textAt);
    if (textEnd < 0) return undefined;
    const value = text.slice(textAt, textEnd);
    if (!isCdata && value.includes('&')) return undefined;
    fields[name] = value.trim();

    at = isCdata ? skipSpace(text, textEnd + ']]>'.length) : textEnd;
    if (!text.startsWith(`</${name}>`, at)) return undefined;
    at = skipSpace(text, at + name.length + 3);
  }
  return skipSpace(text, at + '</xml>'.length) === text.length ? fields : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
  }
  return at;
}
