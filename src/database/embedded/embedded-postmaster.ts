import { cannotStart } from '../../kernel/start-fault.js';
import { execFile } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { EmbeddedBinaries } from './embedded-binaries.js';
import { embeddedRole, type Cluster } from './embedded-cluster.js';

/** What a running PostgreSQL writes into its data folder about itself. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** INT ends connections and stops; QUIT stops at once and leaves recovery to the next start. */
type Signal = 'TERM' | 'INT' | 'QUIT';

const run = promisify(execFile);

export function readPostmasterFile(dataDir: string): PostmasterFile | undefined {
  try {
    // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Shuts down the PostgreSQL that a killed process left behind in this folder, and removes its stale pid file.
 * Must be called by the owner of the folder's lock. A pid in the file may belong to anyone by now, so it is
 * signalled only while it is proven to be ours.
 */
export async function stopOrphan(cluster: Cluster, binaries: EmbeddedBinaries): Promise<void> {
  const orphan = readPostmasterFile(cluster.dataDir);
  if (orphan !== undefined && (await isOurs(orphan, cluster))) {
    await stopByForce(orphan, cluster, binaries);
  }
  // PostgreSQL would not start while the pid in there is alive, though it is somebody else's by now.
  rmSync(join(cluster.dataDir, 'postmaster.pid'), { force: true });
}

async function stopByForce(
  orphan: PostmasterFile,
  cluster: Cluster,
  binaries: EmbeddedBinaries,
): Promise<void> {
  for (const signal of ['INT', 'QUIT'] as const) {
    await signalPostmaster(orphan.pid, signal, binaries);
    const deadline = performance.now() + 10_000;
    while (performance.now() < deadline) {
      if (!stillRuns(orphan, cluster.dataDir)) return;
      await sleep(25);
    }
  }
  throw cannotStart(
    `上次运行留下的 PostgreSQL（进程 ${orphan.pid}）仍占用 ${cluster.dataDir} 且不肯停止：请结束该进程后重新启动。`,
    `a PostgreSQL of an earlier run (process ${orphan.pid}) still serves ${cluster.dataDir} and does not stop. ` +
      'End that process, then start again.',
  );
}

/** Windows has no signals: PostgreSQL's own tool delivers them there. */
export async function signalPostmaster(
  pid: number,
  signal: Signal,
  binaries: EmbeddedBinaries,
): Promise<void> {
  try {
    if (process.platform === 'win32') await run(binaries.pgCtl, ['kill', signal, String(pid)]);
    else process.kill(pid, `SIG${signal}`);
  } catch {
    // The process has ended already; callers look for the process itself.
  }
}

async function isOurs(file: PostmasterFile, cluster: Cluster): Promise<boolean> {
  if (process.platform === 'linux') return isOurCommand(file.pid, cluster.dataDir);
  return answersAsOurs(file.port, cluster);
}

/** Whether a process that was ours a moment ago still exists: a server that shuts down answers no more. */
function stillRuns(file: PostmasterFile, dataDir: string): boolean {
  if (process.platform === 'linux') return isOurCommand(file.pid, dataDir);
  try {
    process.kill(file.pid, 0);
  } catch {
    return false;
  }
  return readPostmasterFile(dataDir)?.pid === file.pid;
}

/** Whether the process is a postgres that was started on our data folder. */
function isOurCommand(pid: number, dataDir: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const served = command[command.indexOf('-D') + 1];
    return (
      basename(command[0] ?? '') === 'postgres' &&
      served !== undefined &&
      realpathSync(served) === realpathSync(dataDir)
    );
  } catch {
    return false; // no such process, or not one of ours to look at
  }
}

/** Elsewhere: only our own server knows our password (scram proves it to both sides) and serves our folder. */
async function answersAsOurs(port: number, cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: embeddedRole,
    password: cluster.password,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined); // it may be shutting down while we look
  try {
    await client.connect();
    const { rows } = await client.query<{ dir: string }>(
      `select current_setting('data_directory') as dir`,
    );
    return rows[0] !== undefined && realpathSync(rows[0].dir) === realpathSync(cluster.dataDir);
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
