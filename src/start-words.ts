import type { Config } from './config/config.js';

/** What a person who starts the service wants to know next. */
export interface StartFacts {
  readonly url: string;
  /** Where operators work; left out where there is no console. */
  readonly console?: string;
  readonly roles: readonly string[];
  readonly docs?: string;
  readonly queues?: string;
  readonly lostKey?: string;
}

const LOST_KEY =
  '设置 WEICAST_ADMIN_KEY 后重新启动，旧密钥随即失效。' +
  'Start again with WEICAST_ADMIN_KEY set (openssl rand -hex 32): it replaces the former key.';

export function startFacts(
  { http, roles }: Config,
  url: string,
  console: string | undefined,
): StartFacts {
  const names = (['api', 'callback', 'worker'] as const).filter((role) => roles[role]);
  if (!roles.api) return { url, roles: names };
  const base = http.publicUrl ?? url;
  return {
    url,
    ...(console !== undefined && { console }),
    roles: names,
    docs: `${base}/docs`,
    queues: `${base}/queues`,
    lostKey: LOST_KEY,
  };
}

/** The same for a terminal. */
export function startWords({ console, roles, docs, queues, lostKey }: StartFacts): string {
  // An address good for once is what one begins with: it stands last, where the eye is, and alone.
  const isFirst = console?.includes('#') === true;
  return [
    ...(console === undefined || isFirst ? [] : [`  控制台 console  ${console}`]),
    `  角色 roles     ${roles.join(', ')}`,
    ...(docs === undefined ? [] : [`  接口 API docs  ${docs}`]),
    ...(queues === undefined ? [] : [`  队列 queues    ${queues}`]),
    ...(lostKey === undefined ? [] : [`  丢失密钥 lost key  ${lostKey}`]),
    '  Ctrl-C 结束 stops it.',
    ...(isFirst
      ? ['', '  从这里开始，在浏览器打开 Start here, in a browser:', '', `    ${console}`, '']
      : []),
  ].join('\n');
}
