// Runs before every command (`npm start`, `npm test`, …) and makes it work as the first one after `git clone`:
// installs what package-lock.json names and, with --build, compiles src into dist and web into web/dist (not the latter
// with --no-console, or where CONSOLE=off); each only when it has to.
// It must run on any Node >= 20, before anything is installed: built-in modules only.
import { spawn, spawnSync } from 'node:child_process';
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
const wantsConsole = !process.argv.includes('--no-console') && process.env.CONSOLE !== 'off';

/** What is built, from which files, by which program of Node. */
const builds = [
  {
    folder: 'dist',
    sources: 'src',
    settings: [
      'tsconfig.json',
      'tsconfig.build.json',
      'nest-cli.json',
      'package-lock.json',
      'scripts/openapi-plugin.mjs',
    ],
    program: ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
  },
  ...(wantsConsole
    ? [
        {
          folder: 'web/dist',
          sources: 'web',
          settings: ['package-lock.json'],
          // Read by Node itself: a temporary file of Vite's would have to be written into node_modules.
          program:
            'node_modules/vite/bin/vite.js build web --configLoader native --logLevel error'.split(
              ' ',
            ),
        },
      ]
    : []),
];

/** What npm says of a folder in which an earlier installation was cut short. */
const LEFTOVERS = /\b(?:ENOTEMPTY|EEXIST|ENOENT|ENOTDIR|EISDIR|EBUSY)\b/;

/** What npm says where nobody can be asked. */
const NO_NETWORK =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ETIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b|network/;

/** The programs that we have started and that have not ended. */
const children = new Set();
let stopping = false;
process.stderr.on('error', () => {}); // the terminal is gone: what we do is to be ended all the same
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => void stopOn(code));
}

requireNodeToInstall();
if (!isInstalled() || toBuild().length > 0) {
  const lock = await takeLock();
  // Asked again: another command may have done the work while we waited.
  if (!isInstalled()) await install(lock);
  requireNodeToRun();
  const wanted = toBuild();
  if (wanted.length > 0) await build(wanted, lock);
  lock.close();
} else {
  requireNodeToRun();
}

/**
 * npm writes its own record last, so one that matches the lock file proves an installation that ended well; and what
 * it records must still be there. Optional packages are those of this platform that npm could get.
 */
function isInstalled() {
  const record = readJson('node_modules/.package-lock.json')?.packages;
  if (record === undefined) return false;
  const wanted = Object.entries(readJson('package-lock.json').packages).filter(
    ([path, { optional, devOptional }]) => path !== '' && !optional && !devOptional,
  );
  return (
    wanted.every(([path, { version }]) => record[path]?.version === version) &&
    Object.keys(record).every((path) => existsSync(join(root, path, 'package.json'))) &&
    (pinnedNode() !== undefined || canRun(process.versions.node) || !hasPinnedNode())
  );
}

/** Whether the lock file names a Node for this machine. */
function hasPinnedNode() {
  return Object.entries(readJson('package-lock.json').packages).some(
    ([path, { os, cpu }]) =>
      /^node_modules\/node-(?:bin-)?(?:linux|darwin|win)-/.test(path) &&
      os?.includes(process.platform) &&
      cpu?.includes(process.arch),
  );
}

function canRun(version) {
  return isAtLeast(version, oldestNode.toRun);
}

async function install(lock) {
  say(
    '正在安装依赖，只需一次，约一分钟 … Installing dependencies; this is done once and takes about a minute …',
  );
  // Should npm be killed on its way, no record must say that all is there.
  rmSync(join(root, 'node_modules/.package-lock.json'), { force: true });
  // Without a network npm tries for minutes before it says so. What it has kept of earlier downloads may do.
  const offline = await isOffline(lock);
  const patience = setInterval(() => stopping || say('… 仍在安装 still installing'), 20_000);
  let end = await npmCi(lock, offline);
  if (end.status !== 0 && !offline && LEFTOVERS.test(end.said)) {
    say('node_modules 不完整，重新安装 … node_modules is broken: installing anew …');
    rmSync(join(root, 'node_modules'), { recursive: true, force: true, maxRetries: 5 });
    end = await npmCi(lock, offline);
  }
  clearInterval(patience);
  if (end.status === 0) return;
  if (offline) {
    fail(
      `无法连接 npm 源 ${registry()}：请检查网络或代理后重试。\n` +
        `The npm registry ${registry()} cannot be reached: check the network, or the proxy that npm is to use ` +
        '(npm config set proxy), and start again.',
    );
  }
  failIfKilled('npm', end);
  fail(
    `依赖安装失败，npm 的原因见上。npm could not install the dependencies; its reason is above. ` +
      `The registry must be reachable (${registry()}), and this folder must be yours to write.`,
  );
}

/** Then it has given no reason that could be above. */
function failIfKilled(program, { signal }) {
  if (!signal) return;
  fail(
    `${program} 被 ${signal} 中途结束，常因内存不足；重新运行即可继续。\n` +
      `Something ended ${program} (${signal}) on its way, often for want of memory; start again to go on.`,
  );
}

function npmCi(lock, offline) {
  // All kinds, whatever NODE_ENV says: the build needs the development tools, Node and PostgreSQL are optional ones.
  const kinds = ['--include=dev', '--include=optional'];
  // An older npm knows nothing of `allowScripts`; nothing that we use needs a script.
  const quietly = ['--ignore-scripts', '--loglevel=error', '--no-update-notifier'];
  const where = offline ? ['--offline'] : [];
  return own(...npm(['ci', ...kinds, ...quietly, ...spareCache(), ...where]), lock, {
    heard: !offline,
  });
}

/** An answer of whatever kind proves a network; npm is asked, as it knows of proxies and certificates. */
async function isOffline(lock) {
  const quickly = ['--fetch-retries=0', '--fetch-timeout=8000', '--loglevel=error'];
  const end = await own(...npm(['ping', ...quickly, ...spareCache()]), lock, {
    heard: false,
    forMs: 10_000,
  });
  return end.status !== 0 && (end.late || NO_NETWORK.test(end.said));
}

function toBuild() {
  if (wantsRebuild) return builds;
  return wantsBuild ? builds.filter((each) => !isBuilt(each)) : [];
}

/** The fingerprint of what was built is the last thing written: half a build has none. */
function isBuilt(one) {
  const stamp = join(root, one.folder, '.built-from');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(one);
}

/** Side by side: the service's compiler leaves most of a second core idle. */
async function build(wanted, lock) {
  say('正在构建 … Building …');
  await Promise.all(wanted.map((each) => buildOne(each, lock)));
}

async function buildOne(one, lock) {
  const built = fingerprint(one);
  rmSync(join(root, one.folder), { recursive: true, force: true });
  const end = await own(pinnedNode() ?? process.execPath, one.program, lock);
  if (end.status !== 0) {
    // What is built beside it would work on, and keep the lock.
    await endWhatRuns();
    failIfKilled(one.program.slice(0, 2).join(' '), end);
    fail('构建失败，编译器的原因见上。The build failed; the compiler’s reasons are above.');
  }
  writeFileSync(join(root, one.folder, '.built-from'), built);
}

/** Of every file that a build reads; by content, as a checkout or a copy changes times. */
function fingerprint({ sources, settings }) {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, sources), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/](dist|node_modules)[\\/]/.test(file.slice(root.length)))
    .sort();
  for (const file of [...files, ...settings.map((name) => join(root, name))]) {
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
    if (error.code !== 'EADDRINUSE')
      fail(`无法锁定此目录。Cannot take the lock of this folder: ${error.message}`);
    if (address.endsWith('.sock') && !(await isHeld(address))) rmSync(address, { force: true });
    if (!waited) {
      say(
        '另一个命令正在这里安装或构建，等它完成 … Another command is installing or building here; waiting for it …',
      );
    }
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
      `安装需要 Node ${oldestNode.toInstall.join('.')} 或更新版本，当前是 ${process.version}。\n` +
        `Node ${oldestNode.toInstall.join('.')} or newer is needed to install; this is ${process.version}.`,
    );
  }
}

/** The pinned Node comes with the dependencies, and `npm run` puts it first in PATH. */
function requireNodeToRun() {
  const pinned = pinnedNode();
  if (pinned === undefined && canRun(process.versions.node)) return;
  if (pinned !== undefined && process.execPath === realpathSync(pinned)) return;
  const wanted = `Node ${oldestNode.toRun.join('.')} or newer`;
  if (pinned === undefined && hasPinnedNode()) {
    fail(
      `npm 没有装上 Node 本身。npm left out the package that brings Node for ${process.platform} ${process.arch}: ` +
        `the registry (${registry()}) may lack it. Start again, or install ${wanted}.`,
    );
  }
  if (pinned === undefined) {
    fail(
      `依赖中没有适用于 ${process.platform} ${process.arch} 的 Node，请先安装 Node ${oldestNode.toRun.join('.')} 或更新版本。\n` +
        `The packages hold no Node for ${process.platform} ${process.arch}, and ${process.version} is too old: ` +
        `install ${wanted} and start again.`,
    );
  }
  const { status, stdout, stderr, error } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    fail(
      `自带的 Node 无法启动，缺少系统库（glibc、libstdc++、libatomic），安装命令见下。\n` +
        `The pinned Node (node_modules/.bin/node) does not start here: ${stderr?.trim() || error?.message}\n` +
        'It needs glibc, libstdc++ and libatomic: "apt-get install libstdc++6 libatomic1" on Debian and Ubuntu, ' +
        '"dnf install libstdc++ libatomic" on Fedora and its kin. Alpine Linux has no glibc.',
    );
  }
  if (!canRun(stdout.trim().slice(1))) {
    fail(
      `自带的 Node 太旧，请删除 node_modules 后重试。 ` +
        `node_modules/.bin/node is ${stdout.trim()}, and ${wanted} is needed: delete node_modules and start again.`,
    );
  }
}

function pinnedNode() {
  const file = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  return existsSync(file) ? file : undefined;
}

/**
 * Runs a program that is ours to end: in a group of its own, which no Ctrl-C in the terminal reaches beside us. It
 * inherits the lock: should we be killed outright, whoever comes next waits for what we have left running.
 */
function own(command, args, lock, { heard = true, forMs } = {}) {
  const onPosix = process.platform !== 'win32';
  const inherited = onPosix && lock._handle?.fd >= 0 ? [lock._handle.fd] : [];
  const inShell = !onPosix && !command.endsWith('.exe');
  const started = spawn(inShell ? `"${command}"` : command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', ...inherited],
    detached: onPosix,
    shell: inShell,
  });
  children.add(started);
  let said = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (bytes) => {
      said = (said + bytes).slice(-16_000);
      if (heard) process.stderr.write(bytes);
    });
  }
  return new Promise((resolve) => {
    let late = false;
    const timer =
      forMs && setTimeout(() => ((late = true), signalGroup(started, 'SIGKILL')), forMs);
    const end = (status, signal) => {
      clearTimeout(timer);
      children.delete(started);
      // Who stops us goes on from here.
      if (!stopping) resolve({ status, signal, said, late });
    };
    started.once('error', (error) => {
      said += error.message;
      end(-1);
    });
    started.once('close', (status, signal) => end(status, signal));
  });
}

/** Ctrl-C arrives twice under npm. We leave when what we started has: nothing of ours works on behind a prompt. */
async function stopOn(code) {
  if (stopping) return;
  if (children.size > 0)
    say('\n正在停止 … stopping what was begun; the next command goes on from here …');
  await endWhatRuns();
  process.exit(code);
}

async function endWhatRuns() {
  stopping = true;
  const running = [...children];
  const gone = running.map((each) => new Promise((resolve) => each.once('close', resolve)));
  for (const each of running) signalGroup(each, 'SIGTERM');
  const patience = setTimeout(() => {
    for (const each of running) signalGroup(each, 'SIGKILL');
  }, 5_000);
  await Promise.all(gone);
  clearTimeout(patience);
}

function signalGroup(program, signal) {
  try {
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(program.pid), '/T', '/F']);
    } else {
      process.kill(-program.pid, signal);
    }
  } catch {
    // Ended meanwhile.
  }
}

/** The npm that runs us, on the Node that runs it: the pinned one is about to be replaced. */
function npm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js')
    ? [process.env.npm_node_execpath ?? process.execPath, [cli, ...args]]
    : ['npm', args];
}

function registry() {
  const [command, args] = npm(['config', 'get', 'registry']);
  const options = {
    cwd: root,
    encoding: 'utf8',
    timeout: 5_000,
    shell: process.platform === 'win32',
  };
  return spawnSync(command, args, options).stdout?.trim() || 'npm config get registry';
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
