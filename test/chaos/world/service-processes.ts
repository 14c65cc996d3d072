import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AdminClient } from './admin-client.js';
import { freePorts } from '../../support/stores/free-ports.js';
import { waitUntil } from './polling.js';
import { SupervisedProcess } from './supervised-process.js';

export interface ServiceSettings {
  /** The folder of the built service. */
  readonly dist: string;
  readonly logDir: string;
  readonly databaseUrl: string;
  /** Without it the queue runs on the database. */
  readonly redisUrl?: string | undefined;
  readonly queuePrefix: string;
  /** Changes the address of a store for a process. By default processes use the addresses above. */
  readonly through?: (process: string, store: 'postgres' | 'redis', url: string) => string;
  readonly wechatUrl: string;
  readonly workers: number;
  readonly logLevel?: string;
}

/** The service as in production: each role is a process, with two workers or more. */
export class ServiceProcesses {
  readonly #settings: ServiceSettings;
  readonly #ports: readonly number[];

  readonly admin: AdminClient;
  #processes: SupervisedProcess[] = [];
  readonly #adminKey = randomBytes(24).toString('base64url');
  readonly #masterKey = randomBytes(32).toString('base64');

  private constructor(settings: ServiceSettings, ports: readonly number[]) {
    this.#settings = settings;
    this.#ports = ports;
    this.admin = new AdminClient(this.#url(0), this.#adminKey);
  }

  static async make(settings: ServiceSettings): Promise<ServiceProcesses> {
    return new ServiceProcesses(settings, await freePorts(2 + settings.workers));
  }

  /** The address that WeChat pushes to. */
  callbackUrl(appid: string): string {
    return `${this.#url(1)}/wechat/${appid}/callback`;
  }

  get api(): SupervisedProcess {
    return this.#processes[0] as SupervisedProcess;
  }

  get callback(): SupervisedProcess {
    return this.#processes[1] as SupervisedProcess;
  }

  get workers(): readonly SupervisedProcess[] {
    return this.#processes.slice(2);
  }

  get all(): readonly SupervisedProcess[] {
    return this.#processes;
  }

  async start(clockOffsetMs = 0): Promise<void> {
    const { workers } = this.#settings;
    const roles = ['api', 'callback', ...Array.from({ length: workers }, () => 'worker')];
    this.#processes = roles.map((role, n) => this.#process(role, n, clockOffsetMs));
    for (const process of this.#processes) process.start();
    await this.waitUntilLive();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
  }

  async waitUntilLive(timeoutMs = 180_000): Promise<void> {
    await Promise.all(
      this.#processes.map(({ name }, n) =>
        waitUntil(`${name} to be live`, timeoutMs, () =>
          fetch(`${this.#url(n)}/health/live`).then(
            ({ ok }) => ok,
            () => false,
          ),
        ),
      ),
    );
  }

  #url(n: number): string {
    return `http://127.0.0.1:${this.#ports[n]}`;
  }

  #process(role: string, n: number, clockOffsetMs: number): SupervisedProcess {
    const settings = this.#settings;
    const { through = (_process, _store, url: string) => url } = settings;
    const name = role === 'worker' ? `worker-${n - 1}` : role;
    return new SupervisedProcess(name, {
      command: process.execPath,
      args: [join(settings.dist, 'main.js')],
      log: join(settings.logDir, `${name}.log`),
      serves: 'Weicast listens on',
      env: {
        PORT: String(this.#ports[n]),
        ROLES: role,
        DATABASE_URL: through(name, 'postgres', settings.databaseUrl),
        ...(settings.redisUrl === undefined
          ? {}
          : { REDIS_URL: through(name, 'redis', settings.redisUrl) }),
        QUEUE_PREFIX: settings.queuePrefix,
        WECHAT_API_BASE: settings.wechatUrl,
        WEICAST_ADMIN_KEY: this.#adminKey,
        WEICAST_MASTER_KEY: this.#masterKey,
        CLOCK_OFFSET_MS: String(clockOffsetMs),
        LOG_LEVEL: settings.logLevel ?? 'info',
      },
    });
  }
}
