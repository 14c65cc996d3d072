import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** How long a server may take to start, on a machine that is busy with other things. */
const PATIENCE_MS = 200_000;

/** None may outlive the tests, however they end. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A redis-server of a test's own, or a sentinel: killed, frozen and started again under one address. */
export class RedisProcess {
  #child: ChildProcess | undefined;
  readonly #file: string;
  readonly #flags: readonly string[];

  private constructor(
    readonly port: number,
    file: string,
    flags: readonly string[],
  ) {
    this.#file = file;
    this.#flags = flags;
  }

  /** In a folder that the caller removes, with these lines as its configuration; `--sentinel` is a flag. */
  static async start(
    folder: string,
    port: number,
    lines: readonly string[],
    ...flags: string[]
  ): Promise<RedisProcess> {
    const file = join(folder, `${port}.conf`);
    const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`];
    await writeFile(file, [...common, ...lines].join('\n'));
    const server = new RedisProcess(port, file, flags);
    await server.start();
    return server;
  }

  /** Again, after `kill`; what it wrote to disk is there. */
  async start(): Promise<void> {
    const child = spawn('redis-server', [this.#file, ...this.#flags], { stdio: 'ignore' });
    alive.add(child);
    child.unref();
    child.once('exit', () => alive.delete(child));
    this.#child = child;
    await until(`redis-server on ${this.port}`, async () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      return await this.ask('PING').then(
        () => true,
        (error: Error) => /NOAUTH|NOPERM/.test(error.message),
      );
    });
  }

  /** At once, wherever it is in its work. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !alive.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Its connections stay open, and nobody answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** One command, over a connection of its own. Rejects when nobody answers. */
  async ask(command: string, ...args: (string | number)[]): Promise<unknown> {
    const client = new Redis(this.port, '127.0.0.1', {
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
      connectTimeout: 2_000,
      commandTimeout: 5_000,
    });
    client.on('error', () => {});
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }
}

/** Waits for an outcome; the bound only ends a test that has failed. */
export async function until(
  what: string,
  outcome: () => Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await outcome())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}
