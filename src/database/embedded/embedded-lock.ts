import { cannotStart, type StartFault } from '../../kernel/start-fault.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Held by the one process that may use the folder; the kernel takes it back when that process dies. */
export interface FolderLock {
  release(): void;
}

const sqliteBusy = 5;

/** Keeps the locks from the garbage collector, which would close them, when a caller keeps none. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the folder's only owner, or refuses naming the process that is.
 *
 * The lock is the operating system's own (fcntl, LockFileEx), and SQLite is how Node reaches it: an exclusive
 * transaction on a file that stays empty. Unlike a file with a pid in it, it cannot be left behind by `kill -9` or
 * a power cut, two starters cannot both judge it stale, and it holds across containers that share the folder.
 * The server we start does not inherit it, so an orphaned PostgreSQL keeps nobody out.
 */
export async function lockFolder(dir: string, patienceMs = 2_000): Promise<FolderLock> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lock = tryLock(join(dir, 'lock'));
    if (lock !== undefined) {
      held.add(lock);
      // Only for the text of a refusal; nothing is decided by it.
      writeFileSync(join(dir, 'owner'), `${process.pid} on ${hostname()}\n`);
      return {
        release: () => {
          if (held.delete(lock)) lock.close();
        },
      };
    }
    if (performance.now() > deadline) throw refusal(dir);
    await sleep(50); // the owner may be on its way out: a restart must not fail for that
  }
}

function tryLock(file: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('pragma journal_mode = memory; begin exclusive');
    return lock;
  } catch (cause) {
    lock?.close();
    if ((cause as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw cannotStart(
      `无法锁定 ${file}：它必须是当前用户可写的文件。`,
      `${file} cannot be locked: it must be a file that this user may write.`,
      { cause },
    );
  }
}

function refusal(dir: string): StartFault {
  let owner = ['另一个进程', 'another process'];
  try {
    const pid = readFileSync(join(dir, 'owner'), 'utf8').trim();
    owner = [`进程 ${pid}`, `process ${pid}`];
  } catch {
    // The owner has the lock and has not yet written its name.
  }
  return cannotStart(
    `${dir} 中的内置数据库正被${owner[0]}使用：请结束它，或用 DATA_DIR 另指目录；多个进程共用数据库须自备 PostgreSQL，设置 DATABASE_URL。`,
    `the embedded database in ${dir} is in use by ${owner[1]}. ` +
      'Stop that process, or give this one a folder of its own with DATA_DIR. ' +
      'Several processes on one database need a PostgreSQL of their own: set DATABASE_URL.',
  );
}
