import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { IsOptional, IsString, validateSync } from 'class-validator';
import { EnvironmentFault, type VariableFault } from './environment-fault.js';
import {
  Fits,
  isLoopbackUrl,
  faultOfAdminKey,
  faultOfClaim,
  faultOfDatabaseUrl,
  faultOfIssuer,
  faultOfMasterKeys,
  faultOfProxies,
  faultOfQueuePrefix,
  faultOfProxy,
  faultOfRedisUrl,
  faultOfRoleMap,
  faultOfScopes,
  faultOfWebAddress,
  oneOf,
  share,
  someOf,
  wholeNumber,
} from './environment-rules.js';
import { oidcFaults } from './oidc-faults.js';
import { both } from '../kernel/bilingual.js';

export const ROLE_NAMES = ['api', 'callback', 'worker'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const list = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
    : value;

/** Text that is no number stays text, so that the fault can quote it. */
const number = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;

/** What the environment says, by the names it has there, with defaults filled in. */
export class Environment {
  @Transform(number)
  @Fits(wholeNumber(0, 65_535))
  PORT: number = 3000;

  @IsString()
  HOST: string = '127.0.0.1';

  @IsOptional()
  @Fits(faultOfWebAddress)
  PUBLIC_URL?: string;

  @Transform(list)
  @Fits(faultOfProxies)
  TRUST_PROXY: string[] = [];

  @Transform(list)
  @Fits(someOf(ROLE_NAMES))
  ROLES: RoleName[] = [...ROLE_NAMES];

  @IsOptional()
  @Fits(faultOfDatabaseUrl)
  DATABASE_URL?: string;

  @IsOptional()
  @Fits(faultOfRedisUrl)
  REDIS_URL?: string;

  @Fits(faultOfQueuePrefix)
  QUEUE_PREFIX: string = 'weicast';

  @IsString()
  DATA_DIR: string = './.data';

  @Fits(faultOfWebAddress)
  WECHAT_API_BASE: string = 'https://api.weixin.qq.com';

  /** The proxy for WeChat's API alone; without it, the API is called as every other host is. */
  @IsOptional()
  @Fits(faultOfProxy)
  WECHAT_PROXY?: string;

  /** The proxy for https addresses, by the name that other programs read; `https_proxy` is read before it. */
  @IsOptional()
  @Fits(faultOfProxy)
  HTTPS_PROXY?: string;

  @IsOptional()
  @Fits(faultOfProxy)
  HTTP_PROXY?: string;

  /** Hosts that are called without these two. */
  @Transform(list)
  @IsString({ each: true })
  NO_PROXY: string[] = [];

  /** Mini-program template messages, which WeChat retired in 2020; for a WeChat of one's own, such as the simulator. */
  @Fits(oneOf(['on', 'off']))
  WXOPEN_TEMPLATE: string = 'off';

  /** The pages for operators at `/`; without them, the bare address leads to the API's documentation. */
  @Fits(oneOf(['on', 'off']))
  CONSOLE: string = 'on';
  /** Whether pretended accounts can be made; `auto`: where this process has all roles and a database of its own. */
  @Fits(oneOf(['on', 'off', 'auto']))
  SANDBOX: string = 'auto';

  /** `off`: people come in by the identity provider; the setup and API keys stay. */
  @Fits(oneOf(['on', 'off']))
  PASSWORD_LOGIN: string = 'on';

  /** An identity provider that speaks OpenID Connect; the three below belong to it. */
  @IsOptional()
  @Fits(faultOfIssuer)
  OIDC_ISSUER?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_ID?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_SECRET?: string;

  /** The claim that says what somebody may do here. */
  @IsOptional()
  @Fits(faultOfClaim)
  OIDC_ROLE_CLAIM?: string;

  /** What its values stand for; left out, they are the names of roles. */
  @IsOptional()
  @Transform(list)
  @Fits(faultOfRoleMap)
  OIDC_ROLES?: string[];

  /** The claim with the appids of the accounts on which roles are held; left out: on all. */
  @IsOptional()
  @Fits(faultOfClaim)
  OIDC_ACCOUNTS_CLAIM?: string;

  @Fits(faultOfScopes)
  OIDC_SCOPES: string = 'openid profile email';

  /** What the button says. */
  @IsOptional()
  @IsString()
  OIDC_NAME?: string;

  @IsOptional()
  @Fits(faultOfAdminKey)
  WEICAST_ADMIN_KEY?: string;

  @IsOptional()
  @Transform(list)
  @Fits(faultOfMasterKeys)
  WEICAST_MASTER_KEY?: string[];

  @Transform(number)
  @Fits(wholeNumber(1, 10_000))
  SEND_CONCURRENCY: number = 1000;

  @Transform(number)
  @Fits(wholeNumber(1, 10_000))
  SENDS_PER_SECOND: number = 1000;

  /** The hour in Shanghai at which WeChat's daily quota starts anew: WeChat does not document it. */
  @Transform(number)
  @Fits(wholeNumber(0, 23))
  QUOTA_RESET_HOUR: number = 0;

  /** How long after a broadcast's end its receipts are waited for. */
  @Transform(number)
  @Fits(wholeNumber(1, 720))
  RECEIPT_HOURS: number = 24;

  /** Days that deliveries and receipts are kept after their broadcast's end; 0: for ever. */
  @Transform(number)
  @Fits(wholeNumber(0, 36_500))
  RETENTION_DAYS: number = 180;

  /** Days that the audit is kept; 0: for ever. */
  @Transform(number)
  @Fits(wholeNumber(0, 36_500))
  AUDIT_DAYS: number = 730;

  /** Of one upload. */
  @Transform(number)
  @Fits(wholeNumber(1, 2 ** 31))
  UPLOAD_MAX_BYTES: number = 256 * 1024 * 1024;

  @Transform(number)
  @Fits(wholeNumber(1, 100_000_000))
  UPLOAD_MAX_ROWS: number = 5000000;

  /** Days that what was read of an upload is kept; 0: for ever. */
  @Transform(number)
  @Fits(wholeNumber(0, 36_500))
  UPLOAD_DAYS: number = 30;

  @Transform(number)
  @Fits(wholeNumber(-1e12, 1e12))
  CLOCK_OFFSET_MS: number = 0;

  /** A collector that takes OTLP over HTTP, by OpenTelemetry's own name for it; traces are off where it is left out. */
  @IsOptional()
  @Fits(faultOfWebAddress)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** Share of the traces that are kept; a trace is a chunk of a release, of 500 messages at most. */
  @Fits(share)
  OTEL_TRACES_SAMPLER_ARG: string = '0.01';

  @Fits(oneOf(LOG_LEVELS))
  LOG_LEVEL: string = 'info';
}

/**
 * Reads and checks the environment; the only place that does. Throws one `EnvironmentFault` that names every
 * fault. A variable that is set to nothing counts as left out.
 */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const given = Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value =
        (SMALL_TOO.includes(name) && env[name.toLowerCase()]?.trim()) || (env[name]?.trim() ?? '');
      return value === '' ? [] : [[name, value]];
    }),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const quoted = Object.entries(given).flatMap(([variable, value]) =>
    inQuotes(value) ? [{ variable, message: IN_QUOTES.toString() }] : [],
  );
  if (quoted.length > 0) throw new EnvironmentFault(quoted);
  const faults = [...singleFaults(environment), ...jointFaults(environment)];
  if (faults.length > 0) throw new EnvironmentFault(faults);
  return environment;
}

/** The environment with some variables set otherwise: for the demo, which brings its own WeChat and key. */
export const environmentWith = (overrides: Readonly<Record<string, string>>): Environment =>
  readEnvironment({ ...process.env, ...overrides });

/** Variables that look like ours and are none: probably misspelt, and worth a line at start. */
export function unknownVariables(env: NodeJS.ProcessEnv = process.env): string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith('WEICAST_') && !VARIABLES.includes(name),
  );
}

const VARIABLES: readonly string[] = [...Object.keys(new Environment()), 'PUBLIC_URL'].concat([
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'WECHAT_PROXY',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'DATABASE_URL',
  'REDIS_URL',
  'WEICAST_ADMIN_KEY',
  'WEICAST_MASTER_KEY',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ROLE_CLAIM',
  'OIDC_ROLES',
  'OIDC_ACCOUNTS_CLAIM',
  'OIDC_NAME',
]);

/** A shell strips quotes; `docker --env-file` and some service managers pass them on. */
const inQuotes = (value: string): boolean => /^(["']).*\1$/s.test(value) || /^["']/.test(value);
const IN_QUOTES = both(
  '值带着引号，请去掉：docker --env-file 等不会去掉引号。',
  'the value has quotes around it, which docker --env-file and the like hand on: leave them out',
);

/** Other programs read these in small letters first. */
const SMALL_TOO = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

function singleFaults(environment: Environment): VariableFault[] {
  return validateSync(environment, { stopAtFirstError: true }).map(({ property, constraints }) => ({
    variable: property,
    // Every rule that text can break is a `Fits`, whose message is in both languages.
    message: Object.values(constraints ?? {})[0] ?? '',
  }));
}

/** Faults of variables that are right each alone. */
function jointFaults(environment: Environment): VariableFault[] {
  const faults: VariableFault[] = [...oidcFaults(environment)];
  if (environment.DATABASE_URL !== undefined && environment.WEICAST_MASTER_KEY === undefined) {
    faults.push({
      variable: 'WEICAST_MASTER_KEY',
      message: both(
        '设置了 DATABASE_URL 时必须设置：它用于加密数据库中的密钥。请用 openssl rand -base64 32 生成。',
        'is required with DATABASE_URL: it seals secrets there. Make one with: openssl rand -base64 32',
      ).toString(),
    });
  }
  const missing = ROLE_NAMES.filter((role) => !environment.ROLES.includes(role));
  if (environment.SANDBOX === 'on' && missing.length > 0) {
    faults.push({
      variable: 'SANDBOX',
      message: both(
        `模拟号只能在拥有全部角色的单个进程里运行，而 ROLES 缺少 ${missing.join('、')}：请补全 ROLES，或把 SANDBOX 设为 off。`,
        `sandboxes run where one process has all roles, and ROLES lacks ${missing.join(', ')}: add them, or set SANDBOX to off`,
      ).toString(),
    });
  }
  if (environment.CLOCK_OFFSET_MS !== 0 && !isLoopbackUrl(environment.WECHAT_API_BASE)) {
    faults.push({
      variable: 'CLOCK_OFFSET_MS',
      message: both(
        '仅供对接本机模拟器测试：请去掉，或把 WECHAT_API_BASE 设为本机地址。',
        'is for tests against a simulator on this machine: leave it out, or set WECHAT_API_BASE to a loopback address',
      ).toString(),
    });
  }
  return faults;
}
