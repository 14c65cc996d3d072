import { readFileSync } from 'node:fs';
import { cannotStart } from './kernel/start-fault.js';

/** Files beside those of sends and the database: listeners, pushes under way, readers of events, Redis, logs. */
const OTHERS = 300;

/** Refuses a limit of open files that is too low: each send in flight is a connection, and so a file. */
export function refuseTooFewFiles(
  sends: number,
  connections: number,
  limit = limitOfProcess(),
): void {
  const needed = sends + connections + OTHERS;
  if (limit === undefined || limit >= needed) return;
  throw cannotStart(
    `本进程只能打开 ${limit} 个文件（nofile），SEND_CONCURRENCY=${sends} 需要 ${needed} 个：` +
      '请调高（ulimit -n、LimitNOFILE=、docker --ulimit nofile=），或减小 SEND_CONCURRENCY。',
    `this process may open ${limit} files (nofile), and SEND_CONCURRENCY=${sends} needs ${needed}: ` +
      'raise the limit (ulimit -n, LimitNOFILE=, docker --ulimit nofile=), or lower SEND_CONCURRENCY.',
  );
}

/** Node raises its soft limit to the hard one as it starts. Only Linux tells the limit; elsewhere it is undefined. */
function limitOfProcess(): number | undefined {
  try {
    const [, soft] =
      /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
