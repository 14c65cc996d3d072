import {
  ClockConfig,
  Config,
  ConsoleConfig,
  DatabaseConfig,
  HttpConfig,
  LogConfig,
  LoginConfig,
  type MappedRole,
  type OidcSettings,
  QueueConfig,
  RetentionConfig,
  RolesConfig,
  SandboxConfig,
  SecretsConfig,
  SendingConfig,
  TracesConfig,
  UploadConfig,
  WechatConfig,
} from './config.js';
import { type Environment, ROLE_NAMES } from './environment.js';
import { isLoopbackUrl, MAPPED_ROLE } from './environment-rules.js';
import { type ProxyAddress, readProxy } from './proxy-address.js';
import { ProxyConfig } from './proxy-config.js';

/** What the environment cannot say by itself: where the embedded database listens, and the key made for it. */
export interface Resolved {
  readonly databaseUrl: string;
  readonly embedded: boolean;
  readonly masterKeys: readonly Buffer[];
}

/** Of each pool; `pool=` in DATABASE_URL says another, so the embedded database always has this. */
export const DEFAULT_POOL_SIZE = 10;

export function resolveConfig(environment: Environment, resolved: Resolved): Config {
  const { ROLES } = environment;
  const { url, poolSize } = splitPoolSize(resolved.databaseUrl);
  return new Config(
    new RolesConfig(ROLES.includes('api'), ROLES.includes('callback'), ROLES.includes('worker')),
    new HttpConfig(
      environment.PORT,
      environment.HOST,
      environment.PUBLIC_URL === undefined ? undefined : bare(environment.PUBLIC_URL),
      environment.TRUST_PROXY,
    ),
    new DatabaseConfig(url, resolved.embedded, poolSize),
    new QueueConfig(environment.REDIS_URL, tagged(environment.QUEUE_PREFIX)),
    new WechatConfig(
      bare(environment.WECHAT_API_BASE),
      isLoopbackUrl(environment.WECHAT_API_BASE),
      environment.WXOPEN_TEMPLATE === 'on',
    ),
    new SecretsConfig(environment.WEICAST_ADMIN_KEY, resolved.masterKeys),
    new SendingConfig(
      environment.SEND_CONCURRENCY,
      environment.SENDS_PER_SECOND,
      environment.QUOTA_RESET_HOUR,
      environment.RECEIPT_HOURS,
    ),
    new RetentionConfig(environment.RETENTION_DAYS, environment.AUDIT_DAYS),
    new ClockConfig(environment.CLOCK_OFFSET_MS),
    new LogConfig(environment.LOG_LEVEL),
    new TracesConfig(
      environment.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : bare(environment.OTEL_EXPORTER_OTLP_ENDPOINT),
      Number(environment.OTEL_TRACES_SAMPLER_ARG),
    ),
    new ProxyConfig(
      proxyIn(environment.WECHAT_PROXY),
      proxyIn(environment.HTTPS_PROXY),
      proxyIn(environment.HTTP_PROXY),
      environment.NO_PROXY,
    ),
    new ConsoleConfig(environment.CONSOLE === 'on'),
    new SandboxConfig(hasSandboxes(environment, resolved)),
    new LoginConfig(environment.PASSWORD_LOGIN === 'on', oidcOf(environment)),
    new UploadConfig(
      environment.UPLOAD_MAX_BYTES,
      environment.UPLOAD_MAX_ROWS,
      environment.UPLOAD_DAYS,
    ),
  );
}

/** The embedded database has one process: nobody else is there to ask for a WeChat that runs in this one. */
const hasSandboxes = ({ SANDBOX, ROLES }: Environment, { embedded }: Resolved): boolean =>
  SANDBOX === 'on' ||
  (SANDBOX === 'auto' && embedded && ROLE_NAMES.every((role) => ROLES.includes(role)));

/** All four are there or none is: a start with some of them is refused. */
function oidcOf(environment: Environment): OidcSettings | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLE_CLAIM } = environment;
  if (OIDC_ISSUER === undefined || OIDC_ROLE_CLAIM === undefined) return undefined;
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID ?? '',
    clientSecret: OIDC_CLIENT_SECRET ?? '',
    name: environment.OIDC_NAME,
    scopes: environment.OIDC_SCOPES,
    roleClaim: OIDC_ROLE_CLAIM,
    accountsClaim: environment.OIDC_ACCOUNTS_CLAIM,
    roles: environment.OIDC_ROLES && mappedRoles(environment.OIDC_ROLES),
  };
}

/** A value may stand for several roles, each on accounts of its own. */
function mappedRoles(pairs: readonly string[]): ReadonlyMap<string, readonly MappedRole[]> {
  const roles = new Map<string, MappedRole[]>();
  for (const pair of pairs) {
    const [, value = '', role = '', appids] = MAPPED_ROLE.exec(pair) ?? [];
    roles.set(value, [...(roles.get(value) ?? []), { role, appids: appids?.split('+') }]);
  }
  return roles;
}

const proxyIn = (text: string | undefined): ProxyAddress | undefined =>
  text === undefined ? undefined : readProxy(text);

/** `WEICAST_MASTER_KEY` as bytes; undefined leaves it to `makeMasterKey`. */
export const givenMasterKeys = (environment: Environment): Buffer[] | undefined =>
  environment.WEICAST_MASTER_KEY?.map((key) => Buffer.from(key, 'base64'));

/** Takes our own parameter `pool` out of the address: the driver would send it to the server, which refuses it. */
function splitPoolSize(databaseUrl: string): { url: string; poolSize: number } {
  const url = new URL(databaseUrl);
  const pool = url.searchParams.get('pool');
  if (pool === null) return { url: databaseUrl, poolSize: DEFAULT_POOL_SIZE };
  url.searchParams.delete('pool');
  return { url: url.href, poolSize: Number(pool) };
}

/** In a cluster all keys of one queue must share a slot: the braces name what is hashed. */
const tagged = (prefix: string): string => (/\{.+\}/.test(prefix) ? prefix : `{${prefix}}`);

const bare = (address: string): string => address.replace(/\/+$/, '');
