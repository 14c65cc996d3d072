import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningService {
  readonly child: ChildProcess;
  /** So far. */
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<Ended>;
}

/** The service's own `main`, in a process of its own that is expected to end by itself. */
export async function endOfService(
  env: Readonly<Record<string, string>>,
  /** A shell's words before the program, such as `ulimit -n 200;`. */
  before = '',
  options: SpawnOptions = {},
): Promise<Ended> {
  return await startService(env, before, options).ended;
}

/** The same, to be told to stop. */
export function startService(
  env: Readonly<Record<string, string>>,
  before = '',
  options: SpawnOptions = {},
): RunningService {
  const program = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--import',
    join(ROOT, 'test/support/typescript-loader.js'),
    join(ROOT, 'src/main.ts'),
  ];
  const child: ChildProcess = spawn('/bin/sh', ['-c', `${before} exec "$@"`, 'sh', ...program], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk: Buffer) => (said[stream] += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...said }));
  return { child, said, ended };
}
