import type { IncomingHttpHeaders } from 'node:http';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Methods that change nothing, which a foreign page may cause without harm. */
export const isSafeMethod = (method: string): boolean => SAFE_METHODS.has(method);

/**
 * True if a browser says that the request comes from a page of ours. Browsers send Sec-Fetch-Site to https and
 * localhost only; elsewhere the Origin must be the address that the browser, or the installation, knows us by.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = URL.parse(headers.origin ?? '');
  if (origin === null || origin.host === '') return false;
  return origin.host === headers.host || origin.origin === URL.parse(publicUrl ?? '')?.origin;
}

/** True if a browser says that another site's page sent it. Without both headers no browser sent the request. */
export const isForeign = (headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean =>
  (headers['sec-fetch-site'] !== undefined || headers.origin !== undefined) &&
  !isSameOrigin(headers, publicUrl);
