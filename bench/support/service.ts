import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from '../../test/chaos/world/admin-client.js';
import { freePorts } from '../../test/support/free-ports.js';
import { Program } from './program.js';
import type { WechatAccount } from './wechat.js';

export type Role = 'api' | 'callback' | 'worker';

export interface ServiceSettings {
  /** The folder of the built service. */
  readonly dist: string;
  readonly dir: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly wechatUrl: string;
  /** One process for each set of roles; the first that has the role answers for it. */
  readonly processes: readonly (readonly Role[])[];
  /** Upper bound of sends in flight in each worker; left out: the product's default. */
  readonly slots?: number;
  /** The forward proxy through which WeChat is called; left out: none. */
  readonly wechatProxy?: string;
  /** Keeps a profile of every process in this folder, by V8's own sampling. */
  readonly profileDir?: string | undefined;
}

interface Keys {
  readonly prefix: string;
  readonly WEICAST_ADMIN_KEY: string;
  readonly WEICAST_MASTER_KEY: string;
}

const CALLBACK_TOKEN = 'benchmarktoken1';
/** No account's cap: what bounds the rate is the machine. */
const SENDS_PER_SECOND = 10_000;

/** The built service as operators run it, in processes of their own. */
export class Service {
  readonly #settings: ServiceSettings;
  readonly #programs: readonly Program[];
  readonly #ports: readonly number[];

  readonly admin: AdminClient;
  readonly #adminKey: string;
  #texts = 0;

  private constructor(
    settings: ServiceSettings,
    programs: readonly Program[],
    ports: readonly number[],
    adminKey: string,
  ) {
    this.#settings = settings;
    this.#programs = programs;
    this.#ports = ports;
    this.#adminKey = adminKey;
    this.admin = new AdminClient(this.#url('api'), adminKey);
  }

  static async start(settings: ServiceSettings): Promise<Service> {
    mkdirSync(settings.dir, { recursive: true });
    const ports = await freePorts(settings.processes.length);
    const keys = {
      prefix: `bench-${randomBytes(4).toString('hex')}`,
      WEICAST_ADMIN_KEY: randomBytes(24).toString('base64url'),
      WEICAST_MASTER_KEY: randomBytes(32).toString('base64'),
    };
    const programs: Program[] = [];
    try {
      // The first one migrates the database, the others find it done.
      for (const [n, roles] of settings.processes.entries()) {
        const program = launch(settings, roles, ports[n] as number, keys);
        programs.push(program);
        const live = `http://127.0.0.1:${ports[n]}/health/live`;
        await program.answers(async () => (await fetch(live)).ok);
      }
    } catch (error) {
      await Promise.all(programs.map((program) => program.stop()));
      throw error;
    }
    return new Service(settings, programs, ports, keys.WEICAST_ADMIN_KEY);
  }

  get databaseUrl(): string {
    return this.#settings.databaseUrl;
  }

  /** Of all processes, or of those that have the role. */
  pids(role?: Role): number[] {
    return this.#settings.processes.flatMap((roles, n) =>
      role === undefined || roles.includes(role) ? [(this.#programs[n] as Program).pid] : [],
    );
  }

  /** Where WeChat pushes to. */
  callbackUrl(appid: string): string {
    return `${this.#url('callback')}/wechat/${appid}/callback`;
  }

  /** The account is known here, with its template and its followers. */
  async introduce({ appid, secret }: WechatAccount): Promise<void> {
    await this.admin.addAccount({ appid, secret, name: appid, callbackToken: CALLBACK_TOKEN });
  }

  /** The account is known here, and nothing of it yet. */
  async register({ appid, secret }: WechatAccount, patch: object = {}): Promise<void> {
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

  /** What the account must be told about our callback. */
  callbackOf(appid: string): { url: string; token: string } {
    return { url: this.callbackUrl(appid), token: CALLBACK_TOKEN };
  }

  /** Creates and starts a broadcast to all followers, of a text that nobody has been sent yet. */
  async broadcast({ appid, templateId }: WechatAccount, more: object = {}): Promise<string> {
    const { id } = await this.admin.post<{ id: string }>('/v1/broadcasts', {
      appid,
      templateId,
      fields: {
        thing1: `第 ${++this.#texts} 场公开课`,
        time2: '2026-11-28 19:30',
        thing3: '三号楼',
      },
      audience: { kind: 'all' },
      ...more,
    });
    return id;
  }

  /** One call of the admin API, timed by who wants to. */
  async get(path: string): Promise<unknown> {
    const answer = await fetch(`${this.#url('api')}${path}`, {
      headers: { authorization: `Bearer ${this.#adminKey}` },
    });
    const body: unknown = await answer.json();
    if (!answer.ok)
      throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(body)}`);
    return body;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
  }

  #url(role: Role): string {
    const n = this.#settings.processes.findIndex((roles) => roles.includes(role));
    return `http://127.0.0.1:${this.#ports[n]}`;
  }
}

function launch(
  settings: ServiceSettings,
  roles: readonly Role[],
  port: number,
  keys: Keys,
): Program {
  const { dist, dir, profileDir, slots, wechatProxy } = settings;
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
      // Two services side by side share the Redis, and must not work each other's jobs.
      QUEUE_PREFIX: keys.prefix,
      WECHAT_API_BASE: settings.wechatUrl,
      SENDS_PER_SECOND: String(SENDS_PER_SECOND),
      ...(slots === undefined ? {} : { SEND_CONCURRENCY: String(slots) }),
      ...(wechatProxy === undefined ? {} : { WECHAT_PROXY: wechatProxy }),
      LOG_LEVEL: 'warn',
    },
  });
}
