import { randomBytes } from 'node:crypto';
import type { ConsoleFiles } from './console-files.js';

/** The page as one request gets it: its own nonce, and the path under which the installation is. */
export function consolePage(
  { page, build }: ConsoleFiles,
  basePath: string,
): { readonly html: string; readonly policy: string } {
  const nonce = randomBytes(16).toString('base64');
  const html = page
    .replace('%NONCE%', nonce)
    .replace('%BUILD%', build)
    .replace('%BASE%', `${basePath}/`);
  return { html, policy: policyWith(nonce) };
}

/**
 * Scripts are files of ours and nothing else. antd writes its styles while the page runs: they carry the nonce.
 * Everything that a directive does not name is refused.
 */
const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
