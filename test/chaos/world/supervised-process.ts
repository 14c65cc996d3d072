import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The file that its output is appended to. */
  readonly log: string;
  /** The text that it writes there once it serves. */
  readonly serves?: string;
}

/** An exit of a process that nobody ordered. Times are by `Date.now()`. */
export interface UnexpectedExit {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  /** Null if a signal ended it. */
  readonly code: number | null;
  /** Whether it had begun to serve. */
  readonly served: boolean;
  readonly logTail: string;
}

/** The pause before a process that ended by itself starts again, as `RestartSec` of systemd. */
const RESTART_MS = 500;

const MAX_LOG_TAIL = 600;

/** No process may outlive the run. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of the run. It starts again after each exit until `stop`, as under a supervisor. */
export class SupervisedProcess {
  readonly #program: Program;

  readonly unexpectedExits: UnexpectedExit[] = [];
  #child: ChildProcess | undefined;
  #wanted = false;
  #downUntil = 0;
  #killed = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    program: Program,
  ) {
    this.#program = program;
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Kills the process with SIGKILL. It comes back after `downMs`. */
  async kill(downMs = 0): Promise<void> {
    this.#downUntil = performance.now() + downMs;
    this.#killed = true;
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.kill();
  }

  #spawn(): void {
    const { command, args, env, log } = this.#program;
    const out = openSync(log, 'a');
    const life = { from: Date.now(), logFrom: fstatSync(out).size };
    const child = spawn(command, args, {
      stdio: ['ignore', out, out],
      env: { PATH: process.env['PATH'], ...env },
    });
    closeSync(out);
    this.#child = child;
    this.#killed = false;
    alive.add(child);
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null): void => {
        if (alive.delete(child)) {
          if (!this.#killed) void this.#recordExit(life, code);
          void this.#restart();
        }
        resolve();
      };
      child.once('error', () => end(null));
      child.once('exit', end);
    });
  }

  async #recordExit({ from, logFrom }: { from: number; logFrom: number }, code: number | null) {
    const { log, serves } = this.#program;
    const until = Date.now();
    const said = (await readFile(log)).subarray(logFrom).toString('utf8');
    const served = serves !== undefined && said.includes(serves);
    const lastWords = said.slice(-MAX_LOG_TAIL).trim();
    this.unexpectedExits.push({ name: this.name, from, until, code, served, logTail: lastWords });
  }

  async #restart(): Promise<void> {
    const wait = this.#killed ? this.#downUntil - performance.now() : RESTART_MS;
    await sleep(Math.max(0, wait));
    if (this.#wanted && !alive.has(this.#child as ChildProcess)) this.#spawn();
  }
}
