import { isIP } from 'node:net';
import { ValidateBy } from 'class-validator';
import { PROXY_SHAPE, readProxy } from './proxy-address.js';
import { type Bilingual, both } from '../kernel/bilingual.js';

/** What is wrong with a value and how to put it right, or undefined. A secret is never repeated. */
type Rule<Value> = (value: Value) => Bilingual | undefined;

/** A class-validator decorator whose message is the rule's own answer. */
export const Fits = <Value>(rule: Rule<Value>): PropertyDecorator =>
  ValidateBy({
    name: 'fits',
    validator: {
      validate: (value: Value) => rule(value) === undefined,
      defaultMessage: (fault) => String(rule(fault?.value as Value) ?? ''),
    },
  });

export const wholeNumber =
  (min: number, max: number): Rule<unknown> =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max
      ? undefined
      : both(
          `应为 ${min} 至 ${max} 的整数，现为 "${String(value)}"。`,
          `expected a whole number from ${min} to ${max}, got "${String(value)}"`,
        );

export const oneOf =
  (words: readonly string[]): Rule<string> =>
  (value) =>
    words.includes(value)
      ? undefined
      : both(
          `应为 ${words.join('、')} 之一，现为 "${value}"。`,
          `expected one of ${words.join(', ')}, got "${value}"`,
        );

export const share: Rule<string> = (value) =>
  /^(?:0|1|0?\.\d+|1\.0+)$/.test(value)
    ? undefined
    : both(`应为 0 至 1 的数，现为 "${value}"。`, `expected a number from 0 to 1, got "${value}"`);

export const someOf =
  (words: readonly string[]): Rule<string[]> =>
  (values) =>
    values.length > 0 && values.every((value) => words.includes(value))
      ? undefined
      : both(
          `应为 ${words.join(',')} 中的一项或几项，现为 "${values.join(',')}"。`,
          `expected any of ${words.join(',')}, got "${values.join(',')}"`,
        );

export const isLoopbackUrl = (text: string): boolean => {
  const host = URL.parse(text)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
};

export const faultOfWebAddress: Rule<string> = (value) => {
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return both(
      `应为 https://weicast.example.com 这样的地址，现为 "${value}"。`,
      `expected an address like https://weicast.example.com, got "${value}"`,
    );
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return both(
      '地址中不能有用户名、"?" 或 "#"。',
      'expected an address without a user name, "?" or "#"',
    );
  }
  return undefined;
};

export const faultOfQueuePrefix: Rule<string> = (value) =>
  /^[\w:{}-]{1,64}$/.test(value)
    ? undefined
    : both(
        `最多 64 个字母、数字、"_"、"-" 或 ":"，现为 "${value}"。`,
        `expected up to 64 letters, digits, "_", "-" or ":", got "${value}"`,
      );

export const faultOfDatabaseUrl: Rule<string> = (value) => {
  const url = URL.parse(value);
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    return both(
      '应为 postgres://用户:密码@主机:5432/数据库（密码中的特殊字符要做百分号编码）。',
      'expected postgres://user:password@host:5432/database (special characters of the password percent-encoded)',
    );
  }
  const pool = url.searchParams.get('pool');
  if (pool !== null && !/^[1-9]\d{0,2}$/.test(pool)) {
    return both(
      `参数 pool 应为 1 至 999 的连接数，现为 "${pool}"。`,
      `expected the parameter pool to be a number of connections from 1 to 999, got "${pool}"`,
    );
  }
  return undefined;
};

/** Only the scheme: several hosts are no URL that the platform can parse, so redis/ reads the rest. */
export const faultOfRedisUrl: Rule<string> = (value) =>
  /^rediss?(?:\+(?:sentinel|cluster))?:\/\/./.test(value)
    ? undefined
    : both(
        '应为 redis://host:6379、rediss://host:6379、redis+sentinel://host1,host2/name 或 redis+cluster://host1,host2。',
        'expected redis://host:6379, rediss://host:6379, redis+sentinel://host1,host2/name or redis+cluster://host1,host2',
      );

export const faultOfProxy: Rule<string> = (value) =>
  readProxy(value) === undefined ? PROXY_SHAPE : undefined;

const PROXY_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

export const faultOfProxies: Rule<string[]> = (proxies) => {
  const wrong = proxies.find((proxy) => {
    const [address = '', prefix = '0', ...rest] = proxy.split('/');
    const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const fits = rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
    return !fits && !PROXY_NETWORKS.includes(proxy);
  });
  return wrong === undefined
    ? undefined
    : both(
        `应为代理的地址或网段，如 10.0.0.0/8 或 loopback，现为 "${wrong}"。`,
        `expected addresses or networks of your proxies, like 10.0.0.0/8 or loopback, got "${wrong}"`,
      );
};

const adminKeyFault = (zh: string, en: string): Bilingual =>
  both(
    `${zh}。请用 openssl rand -base64 32 生成，或不设置，由本服务生成并显示一次。`,
    `${en}. Make one with: openssl rand -base64 32, or leave it out to have one made and shown once`,
  );
const PLACEHOLDER =
  /change.?(me|this|it)|place.?holder|example|your.?(admin|api|key|secret)|insert|x{6}|password/i;

export const faultOfAdminKey: Rule<string> = (value) => {
  if (!/^[\x21-\x7e]+$/.test(value))
    return adminKeyFault('不能含有空格或特殊字符', 'must not hold spaces or special characters');
  if (value.length < 32)
    return adminKeyFault(
      `至少 32 个字符，现有 ${value.length} 个`,
      `expected at least 32 characters, got ${value.length}`,
    );
  if (PLACEHOLDER.test(value) || new Set(value).size < 8 || isRepetition(value)) {
    return adminKeyFault(
      '像是人人都能猜到的占位符',
      'looks like a placeholder that anybody can guess',
    );
  }
  return undefined;
};

/** True for "abcabcabc": such a text is found inside its own doubling before its end. */
const isRepetition = (text: string): boolean => `${text}${text}`.indexOf(text, 1) < text.length;

const masterKeyFault = (zh: string, en: string): Bilingual =>
  both(
    `${zh}。请用 openssl rand -base64 32 生成。`,
    `${en}. Make one with: openssl rand -base64 32`,
  );

export const faultOfMasterKeys: Rule<string[]> = (keys) => {
  for (const [i, key] of keys.entries()) {
    const [zh, en] =
      keys.length > 1 ? [`列表中第 ${i + 1} 个：`, `key ${i + 1} of the list: `] : ['', ''];
    const bytes = Buffer.from(key, 'base64');
    if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(key))
      return masterKeyFault(`${zh}应为 base64`, `${en}expected base64`);
    if (bytes.length !== 32) {
      return masterKeyFault(
        `${zh}应为 base64 编码的 32 字节，现为 ${bytes.length} 字节`,
        `${en}expected 32 bytes in base64, got ${bytes.length}`,
      );
    }
    if (new Set(bytes).size < 8) {
      return masterKeyFault(
        `${zh}像是人人都能猜到的占位符`,
        `${en}looks like a placeholder that anybody can guess`,
      );
    }
  }
  return keys.length > 0
    ? undefined
    : masterKeyFault('应为 base64 编码的 32 字节', 'expected 32 bytes in base64');
};

/** Its address stands in the claims too, letter by letter; a query would be none of them. */
export const faultOfIssuer: Rule<string> = (value) => {
  const url = URL.parse(value);
  const isPlain = url !== null && url.username === '' && url.password === '' && !/[?#]/.test(value);
  if (isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(value))))
    return undefined;
  return both(
    `应为身份提供方的 issuer 地址，以 https:// 开头（本机可用 http://），不含用户名和参数，现为 "${shownAddress(value)}"。`,
    `expected the issuer of the identity provider, https:// (http:// on this machine alone) without user name and query, got "${shownAddress(value)}"`,
  );
};

/** What stands before an @ may be a password. */
const shownAddress = (text: string): string => text.replace(/\/\/[^/]*@/, '//…@');

export const faultOfClaim: Rule<string> = (value) =>
  /^\S{1,200}$/.test(value)
    ? undefined
    : both(
        `应为一个声明（claim）的名称，如 groups 或 realm_access.roles，现为 "${value}"。`,
        `expected the name of a claim, like groups or realm_access.roles, got "${value}"`,
      );

/** `group=role`, and after an `@` the accounts; the group may have a `=` of its own. */
export const MAPPED_ROLE =
  /^(.+)=(viewer|editor|sender|admin|support)(?:@(wx[0-9a-f]{16}(?:\+wx[0-9a-f]{16})*))?$/;

export const faultOfRoleMap: Rule<string[]> = (pairs) => {
  const wrong = pairs.find((pair) => !MAPPED_ROLE.test(pair));
  if (pairs.length > 0 && wrong === undefined) return undefined;
  return both(
    `应为 值=角色 或 值=角色@appid+appid 的列表，角色为 viewer、editor、sender、admin、support，现为 "${wrong ?? ''}"。`,
    `expected a list of value=role or value=role@appid+appid, with a role of viewer, editor, sender, admin, support, got "${wrong ?? ''}"`,
  );
};

export const faultOfScopes: Rule<string> = (value) =>
  value.split(/\s+/).includes('openid')
    ? undefined
    : both(
        `应为空格分隔的 scope，其中必须有 openid，现为 "${value}"。`,
        `expected scopes separated by blanks, openid among them, got "${value}"`,
      );
