import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from '../../test/chaos/world/admin-client.js';
import { freePorts } from '../../test/support/stores/free-ports.js';
import { Program } from './program.js';
import type { WechatAccount } from './wechat-process.js';

export type Role = 'api' | 'callback' | 'worker';

export interface ServiceSettings {
  /** The folder of the built service. */
  readonly dist: string;
  readonly dir: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly wechatUrl: string;
  /** The roles of each process. The first process with a role is called for it. */
  readonly processes: readonly (readonly Role[])[];
  /** The most sends in flight in each worker. The default is that of the product. */
  readonly slots?: number;
  /** The forward proxy on the way to WeChat. The default is none. */
  readonly wechatProxy?: string;
  /** For how many days rows of single people are kept, 0 for ever. The default is that of the product. */
  readonly retentionDays?: number;
  /** The folder for a V8 profile of every process. */
  readonly profileDir?: string | undefined;
}

interface Keys {
  readonly prefix: string;
  readonly WEICAST_ADMIN_KEY: string;
  readonly WEICAST_MASTER_KEY: string;
}

const CALLBACK_TOKEN = 'benchmarktoken1';
/** More than the machine can send, so that the machine bounds the rate. */
const SENDS_PER_SECOND = 10_000;

/** The built service as operators run it: each set of roles in a process. */
export class Service {
  readonly #settings: ServiceSettings;
  readonly #keys: Keys;
  #programs: readonly Program[];
  readonly #ports: readonly number[];

  readonly admin: AdminClient;
  #broadcasts = 0;

  private constructor(
    settings: ServiceSettings,
    programs: readonly Program[],
    ports: readonly number[],
    keys: Keys,
  ) {
    this.#settings = settings;
    this.#programs = programs;
    this.#ports = ports;
    this.#keys = keys;
    this.admin = new AdminClient(this.#url('api'), keys.WEICAST_ADMIN_KEY);
  }

  static async start(settings: ServiceSettings): Promise<Service> {
    mkdirSync(settings.dir, { recursive: true });
    const ports = await freePorts(settings.processes.length);
    const keys = {
      prefix: `bench-${randomBytes(4).toString('hex')}`,
      WEICAST_ADMIN_KEY: randomBytes(24).toString('base64url'),
      WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
    };
    const programs = await startPrograms(settings, ports, keys);
    return new Service(settings, programs, ports, keys);
  }

  get databaseUrl(): string {
    return this.#settings.databaseUrl;
  }

  /** The ids of all processes, or of those with the role. */
  pids(role?: Role): number[] {
    return this.#settings.processes.flatMap((roles, n) =>
      role === undefined || roles.includes(role) ? [(this.#programs[n] as Program).pid] : [],
    );
  }

  /** The address that WeChat pushes to. */
  callbackUrl(appid: string): string {
    return `${this.#url('callback')}/wechat/${appid}/callback`;
  }

  /** Adds the account, and syncs its templates and followers. */
  async addAccount({ appid, secret }: WechatAccount): Promise<void> {
    await this.admin.addAccount({ appid, secret, name: appid, callbackToken: CALLBACK_TOKEN });
  }

  /** Adds the account and syncs nothing. */
  async registerAccount({ appid, secret }: WechatAccount, patch: object = {}): Promise<void> {
    await this.admin.post('/v1/accounts', {
      appid,
      secret,
      kind: 'service',
      name: appid,
      callbackMode: 'plain',
      callbackToken: CALLBACK_TOKEN,
      ...patch,
    });
  }

  /** The settings with which the account finds our callback. */
  callbackSettings(appid: string): { url: string; token: string } {
    return { url: this.callbackUrl(appid), token: CALLBACK_TOKEN };
  }

  /** Starts a broadcast to all followers. Its text is new to everybody. */
  async startBroadcast({ appid, templateId }: WechatAccount, more: object = {}): Promise<string> {
    const { id } = await this.admin.post<{ id: string }>('/v1/broadcasts', {
      appid,
      templateId,
      fields: {
        thing1: `第 ${++this.#broadcasts} 场公开课`,
        time2: '2026-11-28 19:30',
        thing3: '三号楼',
      },
      audience: { kind: 'all' },
      ...more,
    });
    return id;
  }

  /** Makes one call of the admin API without retries, so that it can be timed. */
  async get(path: string): Promise<unknown> {
    const answer = await fetch(`${this.#url('api')}${path}`, {
      headers: { authorization: `Bearer ${this.#keys.WEICAST_ADMIN_KEY}` },
    });
    const body: unknown = await answer.json();
    if (!answer.ok)
      throw new Error(
        `GET ${path} should answer 2xx, and answered ${answer.status}: ${JSON.stringify(body)}`,
      );
    return body;
  }

  /** What a browser opens, and what it logs in with. */
  get console(): { readonly url: string; readonly key: string } {
    return { url: this.#url('api'), key: this.#keys.WEICAST_ADMIN_KEY };
  }

  /** Ends all processes at once, with whatever they were doing. */
  async kill(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill()));
  }

  async startAgain(): Promise<void> {
    this.#programs = await startPrograms(this.#settings, this.#ports, this.#keys);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
  }

  #url(role: Role): string {
    const n = this.#settings.processes.findIndex((roles) => roles.includes(role));
    return `http://127.0.0.1:${this.#ports[n]}`;
  }
}

async function startPrograms(
  settings: ServiceSettings,
  ports: readonly number[],
  keys: Keys,
): Promise<Program[]> {
  const programs: Program[] = [];
  try {
    // The first process migrates the database, before the others start.
    for (const [n, roles] of settings.processes.entries()) {
      const program = startProgram(settings, roles, ports[n] as number, keys);
      programs.push(program);
      const live = `http://127.0.0.1:${ports[n]}/health/live`;
      await program.waitUntilAnswering(async () => (await fetch(live)).ok);
    }
  } catch (error) {
    await Promise.all(programs.map((program) => program.stop()));
    throw error;
  }
  return programs;
}

function startProgram(
  settings: ServiceSettings,
  roles: readonly Role[],
  port: number,
  keys: Keys,
): Program {
  const { dist, dir, profileDir, slots, wechatProxy, retentionDays } = settings;
  const name = roles.join('+');
  return Program.start({
    name,
    command: process.execPath,
    args: [
      ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
      join(dist, 'main.js'),
    ],
    log: join(dir, `${name}-${port}.log`),
    env: {
      WEICAST_ADMIN_KEY: keys.WEICAST_ADMIN_KEY,
      WEICAST_MASTER_KEY: keys.WEICAST_MASTER_KEY,
      PORT: String(port),
      ROLES: roles.join(','),
      DATABASE_URL: settings.databaseUrl,
      REDIS_URL: settings.redisUrl,
      // Two services may share the Redis. They must not take each other's jobs.
      QUEUE_PREFIX: keys.prefix,
      WECHAT_API_BASE: settings.wechatUrl,
      SENDS_PER_SECOND: String(SENDS_PER_SECOND),
      ...(slots === undefined ? {} : { SEND_CONCURRENCY: String(slots) }),
      ...(wechatProxy === undefined ? {} : { WECHAT_PROXY: wechatProxy }),
      ...(retentionDays === undefined ? {} : { RETENTION_DAYS: String(retentionDays) }),
      LOG_LEVEL: 'warn',
    },
  });
}
