// Runs before every command (`npm start`, `npm test`, …) and makes it work as the first one after `git clone`:
// installs what package-lock.json names and, with --build, compiles src into dist; each only when it has to.
// It must run on any Node >= 20, before anything is installed: built-in modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const oldestNode = { toInstall: [20, 0], toRun: [26, 1] };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wantsBuild = process.argv.includes('--build') || process.argv.includes('--rebuild');
const wantsRebuild = process.argv.includes('--rebuild');

requireNodeToInstall();
if (!isInstalled() || wantsRebuild || (wantsBuild && !isBuilt())) {
  const lock = await takeLock();
  // Asked again: another command may have done the work while we waited.
  if (!isInstalled()) install();
  requireNodeToRun();
  if (wantsRebuild || (wantsBuild && !isBuilt())) build();
  lock.close();
} else {
  requireNodeToRun();
}

/** npm writes its own record last, so one that matches the lock file proves an installation that ended well. */
function isInstalled() {
  const record = readJson('node_modules/.package-lock.json');
  if (record === undefined) return false;
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '' || wanted.optional || wanted.devOptional) return true;
    return record.packages[path]?.version === wanted.version && existsSync(join(root, path));
  });
}

function install() {
  say('Installing dependencies; this is done once and takes about a minute …');
  // Should npm be killed on its way, no record must say that all is there.
  rmSync(join(root, 'node_modules/.package-lock.json'), { force: true });
  // All kinds, whatever NODE_ENV says: the build needs the development tools, Node and PostgreSQL are optional ones.
  const kinds = ['--include=dev', '--include=optional'];
  const quietly = ['--loglevel=error', '--no-update-notifier'];
  if (runNpm(['ci', ...kinds, ...quietly, ...spareCache()]) !== 0) {
    fail(
      'npm could not install the dependencies; its reason is above. The registry must be reachable ' +
        '(npm config get registry), and this folder must be yours to write.',
    );
  }
}

/** The fingerprint of what was built is the last thing written into dist: half a build has none. */
function isBuilt() {
  const stamp = join(root, 'dist/.built-from');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

function build() {
  say('Building …');
  const built = fingerprint();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status } = spawnSync(
    pinnedNode() ?? process.execPath,
    ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) fail('The build failed; the compiler’s reasons are above.');
  writeFileSync(join(root, 'dist/.built-from'), built);
}

/** Of every file that the build reads; by content, as a checkout or a copy changes times. */
function fingerprint() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const settings = [
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
    'package-lock.json',
    'scripts/openapi-plugin.mjs',
  ];
  for (const file of [...sources, ...settings.map((name) => join(root, name))]) {
    hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * One at a time: an install or a build under way must not be wrecked by a second one.
 * A listening socket is the lock, because the system takes it back however its holder ends.
 */
async function takeLock() {
  const name = `weicast-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  // Linux's abstract sockets and Windows' pipes are no files; elsewhere a killed holder leaves one behind.
  const address =
    { linux: `\0${name}`, win32: `\\\\.\\pipe\\${name}` }[process.platform] ??
    join(tmpdir(), `${name}.sock`);
  for (let waited = false; ; waited = true) {
    const server = createServer();
    const error = await new Promise((resolve) => {
      server.once('error', resolve).listen(address, () => resolve(undefined));
    });
    if (error === undefined) return server;
    if (error.code !== 'EADDRINUSE') fail(`Cannot take the lock of this folder: ${error.message}`);
    if (address.endsWith('.sock') && !(await isHeld(address))) rmSync(address, { force: true });
    if (!waited) say('Another command is installing or building here; waiting for it …');
    await sleep(200);
  }
}

function isHeld(address) {
  return new Promise((resolve) => {
    const socket = connect(address, () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
}

function requireNodeToInstall() {
  if (!isAtLeast(process.versions.node, oldestNode.toInstall)) {
    fail(
      `Node ${oldestNode.toInstall.join('.')} or newer is needed to install; this is ${process.version}.`,
    );
  }
}

/** The pinned Node comes with the dependencies, and `npm run` puts it first in PATH. */
function requireNodeToRun() {
  const pinned = pinnedNode();
  if (pinned === undefined && isAtLeast(process.versions.node, oldestNode.toRun)) return;
  if (pinned !== undefined && process.execPath === realpathSync(pinned)) return;
  const wanted = `Node ${oldestNode.toRun.join('.')} or newer`;
  if (pinned === undefined) {
    fail(
      `The packages hold no Node for ${process.platform} ${process.arch}, and ${process.version} is too old: ` +
        `install ${wanted} and start again.`,
    );
  }
  const { status, stdout, stderr, error } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    fail(
      `The pinned Node (node_modules/.bin/node) does not start here: ${stderr?.trim() || error?.message}\n` +
        'It needs glibc, libstdc++ and libatomic: "apt-get install libstdc++6 libatomic1" on Debian and Ubuntu, ' +
        '"dnf install libstdc++ libatomic" on Fedora and its kin. Alpine Linux has no glibc.',
    );
  }
  if (!isAtLeast(stdout.trim().slice(1), oldestNode.toRun)) {
    fail(
      `node_modules/.bin/node is ${stdout.trim()}, and ${wanted} is needed: delete node_modules and start again.`,
    );
  }
}

function pinnedNode() {
  const file = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  return existsSync(file) ? file : undefined;
}

/** The npm that runs us, on the Node that runs it: the pinned one is about to be replaced. */
function runNpm(args) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const cli = process.env.npm_execpath;
  const { status } = cli?.endsWith('npm-cli.js')
    ? spawnSync(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  return status;
}

/** A service account's home is often missing or read-only; npm then keeps its downloads in the project. */
function spareCache() {
  const usual = process.env.npm_config_cache ?? join(homedir(), '.npm');
  try {
    mkdirSync(usual, { recursive: true });
    accessSync(usual, constants.W_OK);
    return [];
  } catch {
    return ['--cache', join(root, '.cache/npm')];
  }
}

function isAtLeast(version, [major, minor]) {
  const [haveMajor, haveMinor] = version.split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

function readJson(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** To stderr: what a command prints may be read by a program. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(`\n${text}`);
  process.exit(1);
}
