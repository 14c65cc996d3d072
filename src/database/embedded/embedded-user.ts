import { cannotStart } from '../../kernel/start-fault.js';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';

/** Whom the database's programs run as, in the form that `spawn` takes; empty for ourselves. */
export interface DatabaseUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** The number by which every Linux knows the user `nobody`. */
const nobody = 65534;

/** PostgreSQL refuses to run as root: then the owner of an existing database runs it, else nobody does. */
export function chooseDatabaseUser(dataDir: string): DatabaseUser {
  const self = process.getuid?.();
  const owner = existsSync(dataDir) ? statSync(dataDir) : undefined;
  if (self === 0) {
    return owner === undefined || owner.uid === 0
      ? { uid: nobody, gid: nobody }
      : { uid: owner.uid, gid: owner.gid };
  }
  if (self !== undefined && owner !== undefined && owner.uid !== self) {
    throw cannotStart(
      `${dataDir} 中的内置数据库属于用户 ${owner.uid}，而本进程以用户 ${self} 运行：请以该用户启动，或用 DATA_DIR 另指目录。`,
      `the embedded database in ${dataDir} belongs to user ${owner.uid}, and this process runs as user ${self}. ` +
        'Start it as that user, or give it another folder with DATA_DIR.',
    );
  }
  return {};
}

/** PostgreSQL's own programs ask for the name of who runs them, and end where the system knows none. */
export function requireNamedUser({ uid }: DatabaseUser): void {
  if (uid !== undefined || process.platform === 'win32') return;
  try {
    userInfo();
  } catch (cause) {
    const self = process.getuid?.();
    throw cannotStart(
      `系统不认识用户 ${self}（/etc/passwd 中没有它，OpenShift 上常见），内置数据库需要它有名字：请设置 DATABASE_URL，或以有名字的用户运行。`,
      `this system knows no user ${self} (no entry in /etc/passwd, as on OpenShift), and the embedded database needs one with a name: set DATABASE_URL, or run as a user that has one.`,
      { cause },
    );
  }
}

/** Makes the folder, or says that it cannot be had. */
export function claimFolder(dir: string): void {
  try {
    prepareFolder(dir);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw cannotStart(
      `数据目录 ${dir} 无法创建或不可写（${code ?? message}）：请用 DATA_DIR 指定一个可写的目录。`,
      `the folder ${dir} cannot be made or written to (${code ?? message}): name one that this user may write with DATA_DIR.`,
      { cause },
    );
  }
}

/** Makes the folder for us alone; as root, the database's user may pass through to what it owns. */
function prepareFolder(dir: string): void {
  const asRoot = process.getuid?.() === 0;
  const firstMade = mkdirSync(dir, { recursive: true, mode: 0o700 }) ?? dir;
  if (!asRoot) return accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  for (let made = dir; made.length >= firstMade.length; made = dirname(made)) {
    chmodSync(made, statSync(made).mode | 0o011);
  }
}

/** As root, the uppermost folder on the way there that the database's user may not pass. */
export function closedFolder(path: string, user: DatabaseUser): string | undefined {
  if (user.uid === undefined) return undefined;
  const parent = dirname(path);
  const above = parent === path ? undefined : closedFolder(parent, user);
  if (above !== undefined) return above;
  const { mode, uid, gid } = statSync(path);
  const passable = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & passable) === 0 ? path : undefined;
}

/** Refuses a folder in which the database's user could do nothing. */
export function requirePassable(dir: string, user: DatabaseUser): void {
  const closed = closedFolder(dir, user);
  if (closed === undefined) return;
  throw cannotStart(
    `以 root 启动时，内置数据库以用户 ${user.uid} 运行，它无权进入 ${closed}：请把数据放到别处（DATA_DIR=/var/lib/weicast），开放该目录（chmod o+x ${closed}），或以普通用户启动。`,
    `as root the embedded database runs as user ${user.uid}, who may not enter ${closed}. ` +
      `Keep its data elsewhere (DATA_DIR=/var/lib/weicast), open that folder (chmod o+x ${closed}), ` +
      'or start as an ordinary user.',
  );
}
