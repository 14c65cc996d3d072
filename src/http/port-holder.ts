import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that listens where we would like to. */
export interface PortHolder {
  readonly pid: number;
  readonly program: string;
  /** Where it was started, which tells one `node` from another. */
  readonly folder: string | undefined;
}

/** The program that listens on a port of this machine; undefined where the system does not tell. */
export async function holderOf(port: number): Promise<PortHolder | undefined> {
  try {
    if (process.platform === 'linux') return holderByProc(port);
    if (process.platform === 'darwin') return await holderByLsof(port);
  } catch {
    // The answer only improves an error's text.
  }
  return undefined;
}

const LISTENING = '0A';

/** The kernel's tables name a socket by its inode, and the folders of processes who has it open. */
function holderByProc(port: number): PortHolder | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set(
    ['tcp', 'tcp6']
      .flatMap((table) => readOr(`/proc/net/${table}`, '').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${wanted}`))
      .map((columns) => `socket:[${columns[9]}]`),
  );
  if (sockets.size === 0) return undefined;
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => filesOf(name).some((file) => sockets.has(file)));
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    program: readOr(`/proc/${pid}/comm`, 'a program').trim(),
    folder: linkOr(`/proc/${pid}/cwd`),
  };
}

/** Empty for other users' processes, unless we are root. */
function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOr(`/proc/${pid}/fd/${fd}`) ?? '');
  } catch {
    return [];
  }
}

async function holderByLsof(port: number): Promise<PortHolder | undefined> {
  const asked = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const { stdout } = await run('lsof', asked, { timeout: 2_000 });
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  const program = /^c(.+)$/m.exec(stdout)?.[1];
  return pid === undefined || program === undefined
    ? undefined
    : { pid: Number(pid), program, folder: undefined };
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function linkOr(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
