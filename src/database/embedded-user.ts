import { StartFault } from '../kernel/start-fault.js';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
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
    throw new StartFault(
      `The embedded database in ${dataDir} belongs to user ${owner.uid}, and this process runs as user ${self}. ` +
        'Start it as that user, or give it another folder with DATA_DIR.',
    );
  }
  return {};
}

/** Makes the folder: ours alone, except that as root the database's user may pass through to what is its own. */
export function prepareFolder(dir: string): void {
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
  throw new StartFault(
    `As root the embedded database runs as user ${user.uid}, who may not enter ${closed}. ` +
      `Keep its data elsewhere (DATA_DIR=/var/lib/weicast), open that folder (chmod o+x ${closed}), ` +
      'or start as an ordinary user.',
  );
}
