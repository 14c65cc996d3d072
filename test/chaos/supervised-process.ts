import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The file that its output is appended to. */
  readonly log: string;
}

/** Pause before a process that ended by itself is started again, as `RestartSec` of systemd. */
const RESTART_MS = 500;

/** None may outlive the run, however it ends. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process of the run. Whenever it ends it is started again, as a supervisor would, until `stop`. */
export class SupervisedProcess {
  /** How often it ended without having been killed by us. */
  ownEnds = 0;
  #child: ChildProcess | undefined;
  #wanted = false;
  #downUntil = 0;
  #killed = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly program: Program,
  ) {}

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** SIGKILL, wherever it is in its work; it comes back after `downMs`. */
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

  /** For good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.kill();
  }

  #spawn(): void {
    const { command, args, env, log } = this.program;
    const out = openSync(log, 'a');
    const child = spawn(command, args, {
      stdio: ['ignore', out, out],
      env: { PATH: process.env['PATH'], ...env },
    });
    closeSync(out);
    this.#child = child;
    this.#killed = false;
    alive.add(child);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        if (alive.delete(child)) void this.#comeBack();
        resolve();
      };
      child.once('error', end);
      child.once('exit', end);
    });
  }

  async #comeBack(): Promise<void> {
    if (!this.#killed) this.ownEnds++;
    const wait = this.#killed ? this.#downUntil - performance.now() : RESTART_MS;
    await sleep(Math.max(0, wait));
    if (this.#wanted && !alive.has(this.#child as ChildProcess)) this.#spawn();
  }
}
