import { isIP } from 'node:net';
import type { Notice } from '../kernel/warning.js';

/** Where WeChat is to push an account's events, as far as we know how the world reaches us. */
export const callbackUrlOf = (appid: string, publicUrl: string | undefined): string | null =>
  publicUrl === undefined ? null : `${publicUrl}/wechat/${appid}/callback`;

/** Why WeChat would not take the address, or could not reach it. */
export function callbackUrlFaults(publicUrl: string | undefined): Notice[] {
  if (publicUrl === undefined) return [MISSING];
  const { protocol, hostname, port } = new URL(publicUrl);
  const faults: Notice[] = [];
  if (isPrivate(hostname)) faults.push(privateHost(hostname));
  if (port !== '') faults.push(oddPort(port));
  if (protocol === 'http:') faults.push(PLAIN_HTTP);
  return faults;
}

const MISSING: Notice = {
  code: 'public_url_missing',
  params: {},
  zh: '还没有设置 PUBLIC_URL，不知道微信怎么访问到这里。请把它设为本服务的公网地址（如 https://weicast.example.com），然后重新启动。',
  en: 'PUBLIC_URL is not set, so nobody knows how WeChat reaches us. Set it to the public address of this service, such as https://weicast.example.com, and start again.',
};

const PLAIN_HTTP: Notice = {
  code: 'public_url_http',
  params: {},
  zh: '地址是 http，推送在途中是明文，任何一段网络都能看到。请尽量改用 https。',
  en: 'The address is http: everybody on the way can read the pushes. Use https where you can.',
};

const oddPort = (port: string): Notice => ({
  code: 'public_url_port',
  params: { port },
  zh: `微信只向 80（http）和 443（https）端口推送，而 PUBLIC_URL 用的是 ${port}。请让反向代理监听标准端口。`,
  en: `WeChat pushes to the ports 80 (http) and 443 (https) alone, and PUBLIC_URL has ${port}. Let your reverse proxy listen on the usual one.`,
});

const privateHost = (host: string): Notice => ({
  code: 'public_url_private',
  params: { host },
  zh: `${host} 不是公网地址，微信的服务器访问不到。请把 PUBLIC_URL 改为公网域名。`,
  en: `${host} is no public address: WeChat's servers cannot reach it. Give PUBLIC_URL a public name.`,
});

const PRIVATE_IP4 =
  /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const PRIVATE_NAME = /^[^.]+$|\.(localhost|local|internal|lan|home|intranet)$/;

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  switch (isIP(host)) {
    case 4:
      return PRIVATE_IP4.test(host);
    case 6:
      return /^(::|::1|f[cd]|fe[89ab])/.test(host);
    default:
      return PRIVATE_NAME.test(host);
  }
}
