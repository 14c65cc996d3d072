import { ProxyConfig } from './proxy-config.js';

/** Small classes, injected by class: a service asks for the slice it needs and nothing else. */

export class RolesConfig {
  constructor(
    readonly api: boolean,
    readonly callback: boolean,
    readonly worker: boolean,
  ) {}
}

export class HttpConfig {
  constructor(
    readonly port: number,
    readonly host: string,
    /** How the world reaches us, without a trailing slash. */
    readonly publicUrl: string | undefined,
    /** Addresses or networks of proxies whose forwarding headers are believed. */
    readonly trustProxy: readonly string[],
  ) {}
}

export class DatabaseConfig {
  constructor(
    readonly url: string,
    readonly embedded: boolean,
    /** Connections of the general pool; the pool of the hot statements has as many again. */
    readonly poolSize: number,
  ) {}
}

export class QueueConfig {
  constructor(
    /** Left out: BullMQ runs on the database. */
    readonly redisUrl: string | undefined,
    /** With its hash tag, so that all keys of one queue share a cluster slot. */
    readonly prefix: string,
  ) {}
}

export class WechatConfig {
  constructor(
    /** WeChat's API, without a trailing slash; with a path where a reverse proxy has it under one. */
    readonly apiBase: string,
    /** True where the API base is the simulator on this machine: loopback addresses are then allowed elsewhere too. */
    readonly loopback: boolean,
    /** Whether mini-program template messages, which WeChat retired in 2020, may be sent all the same. */
    readonly wxopenTemplate = false,
  ) {}
}

export class SecretsConfig {
  constructor(
    readonly adminKey: string | undefined,
    /** 32 bytes each. The first one seals; all of them open. */
    readonly masterKeys: readonly Buffer[],
  ) {}
}

export class SendingConfig {
  constructor(
    /** Upper bound of sends in flight in this process. */
    readonly concurrency: number,
    /** The cap of an account that has none of its own. */
    readonly sendsPerSecond: number,
    /** The hour in Shanghai at which WeChat's daily quota starts anew. */
    readonly quotaResetHour = 0,
    /** How long after a broadcast's end its receipts are waited for. */
    readonly receiptHours = 24,
  ) {}
}

export class RetentionConfig {
  /** Days that deliveries and receipts are kept after their broadcast's end; 0: for ever. */
  constructor(
    readonly days: number,
    /** Days that the audit is kept; 0: for ever. */
    readonly auditDays = 730,
  ) {}
}

export class UploadConfig {
  constructor(
    readonly maxBytes: number,
    readonly maxRows: number,
    /** Days that what was read of an upload is kept; 0: for ever. */
    readonly days: number,
  ) {}
}

export class SandboxConfig {
  /** Whether this process has all roles, and may run the pretended WeChat of sandboxes. */
  constructor(readonly available: boolean) {}
}

export class ClockConfig {
  constructor(readonly offsetMs: number) {}
}

export class TracesConfig {
  constructor(
    /** Where an OpenTelemetry collector takes OTLP over HTTP, without a trailing slash; left out: no traces. */
    readonly endpoint: string | undefined,
    /** Share of the traces that are kept, from 0 to 1. */
    readonly share: number,
  ) {}
}

export class ConsoleConfig {
  constructor(readonly on: boolean) {}
}

/** What a value of the provider's role claim stands for. */
export interface MappedRole {
  /** One of `ROLES` of access/, which the environment was checked for. */
  readonly role: string;
  /** Undefined: on the accounts that the person's own claim names, or on all where no such claim is configured. */
  readonly appids: readonly string[] | undefined;
}

/** An identity provider that speaks OpenID Connect, and what its claims mean here. */
export interface OidcSettings {
  /** As it was given; the provider's own document must say the same. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What people call it; left out: pages say "company account". */
  readonly name: string | undefined;
  /** Separated by blanks, `openid` among them. */
  readonly scopes: string;
  /** A claim, or with dots the way to one inside others. */
  readonly roleClaim: string;
  /** Where appids stand, if they stand in a claim. */
  readonly accountsClaim: string | undefined;
  /** Left out: the values of the claim are the names of roles themselves. */
  readonly roles: ReadonlyMap<string, readonly MappedRole[]> | undefined;
}

/** How people may come in. Keys always may. */
export class LoginConfig {
  constructor(
    readonly passwords = true,
    readonly oidc?: OidcSettings,
  ) {}
}

export class LogConfig {
  constructor(readonly level: string) {}
}

/** Everything the service was told, resolved: the database's address is known, keys exist. */
export class Config {
  constructor(
    readonly roles: RolesConfig,
    readonly http: HttpConfig,
    readonly database: DatabaseConfig,
    readonly queue: QueueConfig,
    readonly wechat: WechatConfig,
    readonly secrets: SecretsConfig,
    readonly sending: SendingConfig,
    readonly retention: RetentionConfig,
    readonly clock: ClockConfig,
    readonly log: LogConfig,
    readonly traces = new TracesConfig(undefined, 0),
    readonly proxy = new ProxyConfig(),
    readonly console = new ConsoleConfig(true),
    readonly sandbox = new SandboxConfig(false),
    readonly login = new LoginConfig(),
    readonly uploads = new UploadConfig(256 * 1024 * 1024, 5_000_000, 30),
  ) {}
}
