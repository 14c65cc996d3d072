import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { redisVersion } from './redis-server.js';

/** The machine that was measured. Figures of different machines do not compare. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly redis: string;
  readonly commit: string;
}

export const machine = (): Machine => ({
  processors: cpus().length,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
  redis: redisVersion() ?? 'none',
  commit: commit(),
});

/** A `+` behind the commit says that the tree had changes. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
