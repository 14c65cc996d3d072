import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(ROOT, 'node_modules/.bin');

/** One bash for a walk through pages: what a block sets, later ones use. */
export class DocShell {
  readonly #bash;
  #said = '';
  #told = '';

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#bash = spawn('bash', ['--norc'], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#bash.stdout.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
    this.#bash.stderr.on('data', (bytes: Buffer) => (this.#told += bytes.toString()));
    this.#bash.stdin.write(
      `curl() { command curl -w '%{stderr}@@%{http_code} %{url}\\n' "$@"; local end=$?; echo; return $end; }\n`,
    );
  }

  /** Status and address of every request so far. */
  get statuses(): string[] {
    return [...this.#told.matchAll(/^@@(.*)$/gm)].map(([, line = '']) => line);
  }

  /** What else was said on standard error. */
  get complaints(): string {
    return this.#told.replaceAll(/^@@.*\n?/gm, '').trim();
  }

  async run(commands: string): Promise<string> {
    this.#said = '';
    this.#bash.stdin.write(`${commands}\nprintf '\\n@@over %s\\n' "$?"\n`);
    for (;;) {
      const over = /\n@@over (\d+)\n/.exec(this.#said);
      if (over !== null) {
        if (over[1] !== '0') throw new Error(`${commands}\nended with ${over[1]}: ${this.#told}`);
        return this.#said.replace(over[0], '').trim();
      }
      if (this.#bash.exitCode !== null) throw new Error(`bash ended: ${this.#told}`);
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    this.#bash.stdin.end('exit\n');
    if (this.#bash.exitCode === null) await once(this.#bash, 'exit');
  }
}

/** A line that starts something that stays: `npm start`, `npm run demo`, or the program itself. */
const START =
  /^(?:\w+="?[^ ]*"? +)*(?:npm start|npm run (?:demo|simulator)\b|node_modules\/\.bin\/node dist\/)/;

export const isStart = (text: string): boolean =>
  text
    .trim()
    .split('\n')
    .every((line) => START.test(line));

/** Such a line, run from the root of the project as a person would; without npm, which does not hand signals on. */
export class DocProgram {
  readonly #child: ChildProcess;
  #said = '';

  constructor(line: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn('bash', ['--norc', '-c', execOf(line)], {
      cwd: ROOT,
      env: { PATH: `${BIN}:${process.env['PATH']}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
  }

  /** Its first group, once it has been said. */
  async says(words: RegExp): Promise<string> {
    for (;;) {
      const found = words.exec(this.#said);
      if (found !== null) return found[1] ?? found[0];
      if (this.#child.exitCode !== null) throw new Error(`It ended: ${this.#said}`);
      await sleep(50);
    }
  }

  async end(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
    }
    return this.#child.exitCode;
  }
}

/** What npm would run after its `pre` script, in the place of the shell, so that the signal arrives. */
function execOf(line: string): string {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return line
    .replace(/\s+#.*$/, '')
    .replace(
      /npm (?:run )?(start|demo|simulator)(?: --)?/,
      (_, name: string) => scripts[name] ?? '',
    )
    .replace(/(?=node(?:_modules\/\.bin\/node)? dist\/)/, 'exec ');
}
