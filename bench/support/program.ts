import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramSettings {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The file that its output is appended to. */
  readonly log: string;
  /** Whether `request` can be used. */
  readonly ipc?: boolean;
}

/** How a program of `programs/` is started. */
export const ourProgram = (file: string): Pick<ProgramSettings, 'command' | 'args'> => ({
  command: process.execPath,
  args: [
    '--import',
    import.meta.resolve('../../test/support/typescript-loader.js'),
    join(import.meta.dirname, '../programs', file),
  ],
});

/** No program may outlive the run. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of the run. An unexpected end is a failure, which shows the end of the log. */
export class Program {
  readonly #child: ChildProcess;
  readonly #log: string;

  #ending = false;
  readonly #ended: Promise<unknown>;

  private constructor(
    readonly name: string,
    child: ChildProcess,
    log: string,
  ) {
    this.#child = child;
    this.#log = log;
    alive.add(child);
    this.#ended = once(child, 'exit').finally(() => alive.delete(child));
  }

  static start(settings: ProgramSettings): Program {
    const { name, command, args, env, log, ipc = false } = settings;
    const out = openSync(log, 'a');
    const child = spawn(command, args, {
      stdio: ipc ? ['ignore', out, out, 'ipc'] : ['ignore', out, out],
      env: { ...inheritedEnvironment(), ...env },
    });
    closeSync(out);
    return new Program(name, child, log);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Waits until the probe succeeds. Fails as soon as the process has ended. */
  async waitUntilAnswering(probe: () => Promise<boolean>, patienceMs = 300_000): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!(await probe().catch(() => false))) {
      if (
        this.#child.exitCode !== null ||
        this.#child.signalCode !== null ||
        performance.now() > deadline
      )
        throw new Error(
          `${this.name} should have started, and did not. The end of its log: ${this.#logTail()}`,
        );
      await sleep(50);
    }
  }

  /** Sends one request and waits for its answer. The program answers in order. */
  async request<Answer>(request: object): Promise<Answer> {
    const done = new AbortController();
    try {
      this.#child.send(request);
      const [message] = (await Promise.race([
        once(this.#child, 'message', { signal: done.signal }),
        this.#ended.then(() => {
          throw new Error(
            `${this.name} should answer, and ended. The end of its log: ${this.#logTail()}`,
          );
        }),
      ])) as [{ error?: string; answer?: Answer }];
      if (message.error !== undefined)
        throw new Error(`${this.name} should answer, and failed: ${message.error}`);
      return message.answer as Answer;
    } finally {
      done.abort();
    }
  }

  /** Sends SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Sends SIGTERM, and SIGKILL to a process that does not end. */
  async stop(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#ended;
    clearTimeout(patience);
  }

  #logTail(): string {
    return readFileSync(this.#log, 'utf8').slice(-2_000);
  }
}

/** A child gets only these variables. Settings of the service must not leak into a measurement. */
function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'NODE_OPTIONS', 'LD_LIBRARY_PATH'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
