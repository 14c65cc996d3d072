import { cannotStart } from '../../kernel/start-fault.js';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { EmbeddedBinaries } from './embedded-binaries.js';
import type { DatabaseUser } from './embedded-user.js';

/** A data folder that initdb has finished, with the password of its only role. */
export interface Cluster {
  readonly dataDir: string;
  readonly password: string;
  readonly user: DatabaseUser;
}

export const embeddedRole = 'weicast';

/**
 * Opens the folder's database cluster, making it first if there is none.
 * initdb works in a folder of its own, which is renamed at the end: an initdb that was killed half way leaves
 * nothing that looks like a database.
 */
export async function openCluster(
  dir: string,
  user: DatabaseUser,
  binaries: EmbeddedBinaries,
  durable: boolean,
): Promise<Cluster> {
  const dataDir = join(dir, 'data');
  const passwordFile = join(dir, 'password');
  if (existsSync(dataDir)) return { dataDir, password: readPassword(passwordFile), user };

  const scratch = join(dir, 'init');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const passwordForInitdb = join(scratch, 'password');
  writeFileSync(passwordForInitdb, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(passwordForInitdb, user.uid, user.gid);
    chownSync(scratch, user.uid, user.gid);
  }
  const made = join(scratch, 'data');
  await initialise(made, passwordForInitdb, user, binaries, durable);
  // The password is on disk before the cluster that cannot be entered without it.
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  renameSync(made, dataDir);
  syncFolder(dir);
  rmSync(scratch, { recursive: true, force: true });
  return { dataDir, password, user };
}

function initialise(
  dataDir: string,
  passwordFile: string,
  user: DatabaseUser,
  binaries: EmbeddedBinaries,
  durable: boolean,
): Promise<void> {
  const args = ['-D', dataDir, '-U', embeddedRole, `--pwfile=${passwordFile}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--no-instructions');
  if (!durable) args.push('--no-sync');
  const options = { ...user, env: binaries.env, cwd: dirname(dataDir), windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile(binaries.initdb, args, options, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      // ENOENT of a file that exists means that the file's loader does not.
      const said = stderr.trim() || error.message;
      const [zh, en] =
        error.code === 'ENOENT' && existsSync(binaries.initdb)
          ? [
              '它的程序需要 glibc，而本系统没有；请用 DATABASE_URL 指向自备的 PostgreSQL。',
              'its programs need glibc, which this system lacks; set DATABASE_URL to a PostgreSQL of your own',
            ]
          : ['请按其所说更正，或用 DATABASE_URL 指向自备的 PostgreSQL。', said];
      reject(
        cannotStart(
          `无法在 ${dataDir} 创建内置数据库：${zh}`,
          `no embedded database could be made in ${dataDir}: ${en}`,
          { cause: error },
        ),
      );
    });
  });
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw cannotStart(
      `内置数据库的密码丢失，无法读取 ${file}：请找回该文件，或用 DATA_DIR 另指目录。`,
      `the embedded database has lost its password: cannot read ${file}. ` +
        'Bring that file back, or give this process another folder with DATA_DIR.',
      { cause },
    );
  }
}

/** A renaming survives a power cut only once its folder is on disk. */
function syncFolder(dir: string): void {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
