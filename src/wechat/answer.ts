import { WechatRefusal, WechatUnreachable } from './wechat.errors.js';

/** WeChat's answer, parsed; `msgid` is text, `errcode` (absent from some successes) a number. */
export type WechatAnswer = Record<string, unknown>;

/**
 * Reads the verdict out of an answer's body: WeChat answers nearly everything with HTTP 200.
 *
 * - 5xx: no answer, whatever the body says; a gateway may have written it after WeChat took the request.
 * - An errcode under any other status is WeChat's own word, because only WeChat writes them: a refusal.
 * - Success counts only under 2xx. Anything else proves nothing either way.
 */
export function readAnswer(path: string, status: number, body: Buffer): WechatAnswer {
  const unusable = (what: string): WechatUnreachable =>
    new WechatUnreachable(path, 'maybe', new Error(`status ${status}, ${what}`));

  if (status >= 500) throw unusable(`${body.length} bytes`);
  const answer = parse(body.toString('utf8'));
  // The body itself is not quoted: a token endpoint's would carry a token.
  if (answer === undefined) throw unusable(`${body.length} bytes that are no JSON object`);

  if ('errcode' in answer) {
    const errcode = Number(answer['errcode']); // some of WeChat's APIs send it as a string
    if (answer['errcode'] === null || answer['errcode'] === '' || !Number.isInteger(errcode)) {
      throw unusable('an errcode that is no number');
    }
    if (errcode !== 0) throw new WechatRefusal(path, errcode, errmsgOf(answer), msgidOf(answer));
    answer['errcode'] = errcode;
  }
  if (status < 200 || status >= 300) throw unusable('which WeChat never sends with a success');
  return answer;
}

/** Without NUL, which Postgres does not store. */
const errmsgOf = ({ errmsg }: WechatAnswer): string =>
  typeof errmsg === 'string' ? errmsg.replaceAll('\0', '') : '';

/** Some APIs answer 0 for no msgid. */
const msgidOf = ({ msgid }: WechatAnswer): string | null =>
  typeof msgid === 'string' && /[1-9]/.test(msgid) ? msgid : null;

function parse(text: string): WechatAnswer | undefined {
  const quoted = quoteMsgids(text);
  const parsed = tryParse(quoted) ?? tryParse(withoutControlCharacters(quoted));
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return isObject ? (parsed as WechatAnswer) : undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A msgid is a bare number far above 2^53; JSON.parse would round it, and no receipt would ever match. */
const quoteMsgids = (text: string): string =>
  text.replace(/"msgid"\s*:\s*(\d+)(?=\s*[,}])/g, '"msgid":"$1"');

/**
 * WeChat leaves raw control characters inside strings, which JSON forbids. Tabs and line ends keep their meaning
 * (a template's fields stand on lines of their own); all others go, and so does a byte order mark.
 */
const withoutControlCharacters = (text: string): string =>
  text.replace(/^\uFEFF/, '').replace(/"[^"\\]*(?:\\[^][^"\\]*)*"/g, (string) =>
    // oxlint-disable-next-line no-control-regex -- they are what this is about
    string.replace(/[\u0000-\u001F]/g, (character) => KEPT[character] ?? ''),
  );

const KEPT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };
