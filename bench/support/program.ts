import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProgramSettings {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The file that its output is appended to. */
  readonly log: string;
  /** Whether it talks with us: see `ask`. */
  readonly talks?: boolean;
}

/** None may outlive the run, however it ends. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of the run. That it ends unasked is a failure, told with the end of its log. */
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
    const { name, command, args, env, log, talks = false } = settings;
    const out = openSync(log, 'a');
    const child = spawn(command, args, {
      stdio: talks ? ['ignore', out, out, 'ipc'] : ['ignore', out, out],
      env: { ...passedOn(), ...env },
    });
    closeSync(out);
    return new Program(name, child, log);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Fails as soon as the process has ended: waiting for it would be in vain. */
  async answers(probe: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!(await probe().catch(() => false))) {
      if (
        this.#child.exitCode !== null ||
        this.#child.signalCode !== null ||
        performance.now() > deadline
      )
        throw new Error(`${this.name} did not start: ${this.#lastWords()}`);
      await sleep(50);
    }
  }

  /** Sends one request and waits for its answer; the program answers in order. */
  async ask<Answer>(request: object): Promise<Answer> {
    const done = new AbortController();
    try {
      this.#child.send(request);
      const [message] = (await Promise.race([
        once(this.#child, 'message', { signal: done.signal }),
        this.#ended.then(() => {
          throw new Error(`${this.name} ended: ${this.#lastWords()}`);
        }),
      ])) as [{ error?: string; answer?: Answer }];
      if (message.error !== undefined) throw new Error(`${this.name}: ${message.error}`);
      return message.answer as Answer;
    } finally {
      done.abort();
    }
  }

  /** SIGTERM and what follows from it; SIGKILL for who does not listen. */
  async stop(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#ended;
    clearTimeout(patience);
  }

  #lastWords(): string {
    return readFileSync(this.#log, 'utf8').slice(-2_000);
  }
}

/** What a child needs of our environment: nothing of the service's own may leak into a measurement. */
function passedOn(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'NODE_OPTIONS', 'LD_LIBRARY_PATH'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
