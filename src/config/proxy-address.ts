import { both } from '../kernel/bilingual.js';

/** A forward proxy that opens tunnels (HTTP CONNECT). */
export interface ProxyAddress {
  /** Its origin, without user name and password; the only part that logs and errors may show. */
  readonly origin: string;
  /** The value of `Proxy-Authorization`. A secret. */
  readonly authorization?: string;
}

export const PROXY_SHAPE = both(
  '应为 http://主机:端口 或 https://主机:端口；代理需要登录时在主机前加 用户:密码@（特殊字符要做百分号编码）。',
  'expected http://host:port or https://host:port, with user:password@ before the host where the proxy wants them (special characters percent-encoded)',
);

/** Reads `http://user:password@host:port`; as for other programs, `http://` may be left out. */
export function readProxy(text: string): ProxyAddress | undefined {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  const { username, password, origin } = url;
  if (username === '' && password === '') return { origin };
  try {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { origin, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  } catch {
    return undefined; // a lone "%"
  }
}
