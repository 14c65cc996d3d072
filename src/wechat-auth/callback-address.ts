/** Where WeChat calls, written as we told it. */
export interface CallbackAddress {
  readonly appid: string;
  /** Without the question mark. */
  readonly rawQuery: string;
}

/** No callback is at this address; `instead` is probably meant. */
export interface NearMiss {
  readonly instead: string;
  readonly appid?: string;
}

const EXACT = /^\/wechat\/([\w-]{1,64})\/callback(?:\?(.*))?$/s;
const APPID = /^wx[0-9a-f]{16}$/;
const MEANT = /\/wechat\/(wx[0-9a-f]{16})\/callback$/;
const BEGUN = /^\/wechat(?:\/|$)/;
/** A longer path is no slip of the pen. */
const LONGEST_PATH = 1_000;

/**
 * One rule for whatever method: the address as it is told, or a near miss of it, such as one with a slash too many, in
 * other letters or percent-encoded. Undefined is another address altogether.
 */
export function readAddress(url: string): CallbackAddress | NearMiss | undefined {
  const [, appid, rawQuery = ''] = EXACT.exec(url) ?? [];
  // Another case is a slip; what is no appid at all is an account that does not exist.
  if (appid !== undefined && (APPID.test(appid) || !APPID.test(appid.toLowerCase())))
    return { appid, rawQuery };
  const path = plainPath(url);
  const meant = MEANT.exec(path)?.[1];
  if (meant !== undefined) return { instead: addressOf(meant), appid: meant };
  return BEGUN.test(path) ? { instead: addressOf('<appid>') } : undefined;
}

const addressOf = (appid: string): string => `/wechat/${appid}/callback`;

/** The path as somebody may have meant it: resolved, decoded, in small letters, each slash once and none at the end. */
function plainPath(url: string): string {
  try {
    const { pathname } = new URL(url.replace(/^\/+/, '/').slice(0, LONGEST_PATH), 'http://x');
    return decodeURIComponent(pathname)
      .toLowerCase()
      .replace(/\s+/g, '')
      .replace(/\/+/g, '/')
      .replace(/\/$/, '');
  } catch {
    return url.slice(0, LONGEST_PATH).toLowerCase();
  }
}
