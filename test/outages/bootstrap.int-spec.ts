import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const bootstrap = join(import.meta.dirname, '../../scripts/bootstrap.mjs');

/** In npm's place: notes each call, and installs the one package once `go` is there. */
const NPM = `
  import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
  const [verb, ...options] = process.argv.slice(2);
  appendFileSync('calls', [process.pid, verb, ...options].join(' ') + '\\n');
  const hang = () => setInterval(() => {}, 1000);
  process.on('SIGTERM', () => {});
  if (verb === 'ping') {
    if (existsSync('silent')) hang();
  } else if (verb === 'config') {
    console.log('http://registry.test/');
  } else if (existsSync('silent')) {
    console.error('ENOTCACHED');
    process.exitCode = 1;
  } else if (existsSync('node_modules/leftover')) {
    console.error('npm error code ENOTEMPTY');
    process.exitCode = 190;
  } else {
    const looks = setInterval(() => {
      if (!existsSync('go')) return;
      clearInterval(looks);
      mkdirSync('node_modules/thing', { recursive: true });
      writeFileSync('node_modules/thing/package.json', '{}');
      writeFileSync('node_modules/.package-lock.json',
        JSON.stringify({ packages: { 'node_modules/thing': { version: '1.0.0' } } }));
    }, 20);
  }
`;

const BUILD_WITHOUT_END = `
  import { appendFileSync } from 'node:fs';
  appendFileSync('calls', process.pid + ' vite\\n');
  setInterval(() => {}, 1000);
`;

const BUILD_THAT_FAILS = `
  import { readFileSync } from 'node:fs';
  setInterval(() => {
    if (/ vite$/m.test(readFileSync('calls', 'utf8'))) process.exit(2);
  }, 20);
`;

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weicast 微播's "));
  await mkdir(join(folder, 'scripts'));
  await cp(bootstrap, join(folder, 'scripts/bootstrap.mjs'));
  await write('package.json', JSON.stringify({ type: 'module', dependencies: { thing: '1.0.0' } }));
  await write(
    'package-lock.json',
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { thing: '1.0.0' } },
        'node_modules/thing': { version: '1.0.0' },
      },
    }),
  );
  await write('npm-cli.js', NPM);
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const pid of calls().map((call) => Number.parseInt(call))) end(pid);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const write = (file: string, text = ''): Promise<void> => writeFile(join(folder, file), text);

const calls = (): string[] =>
  existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
    : [];
const installs = (): string[] => calls().filter((call) => / ci /.test(call));

interface Command {
  readonly child: ChildProcess;
  said(): string;
  readonly ended: Promise<number | null>;
}

function run(
  env: NodeJS.ProcessEnv = { npm_execpath: join(folder, 'npm-cli.js') },
  ...options: string[]
): Command {
  const child = spawn(process.execPath, [join(folder, 'scripts/bootstrap.mjs'), ...options], {
    env: { PATH: process.env['PATH'], HOME: folder, npm_node_execpath: process.execPath, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.push(child);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return {
    child,
    said: () => said,
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone, as it should be.
  }
}

describe('the first command after a clone', () => {
  it('the first command after a clone ends npm before it leaves at Ctrl-C, even one that does not listen, and the next one installs', async () => {
    const first = run();
    await until(() => installs().length === 1);
    const npm = Number.parseInt(installs()[0] ?? '');
    first.child.kill('SIGINT');

    expect(await first.ended).toBe(130);
    expect(isAlive(npm)).toBe(false);
    expect(first.said()).toContain('stopping what was begun');

    await write('go');
    expect(await run().ended).toBe(0);
  });

  it('the first command after a clone waits for the npm of a command that was killed outright, and does not install twice', async () => {
    const first = run();
    await until(() => installs().length === 1);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = run();
    await until(() => second.said().includes('waiting for it'));
    await write('go');

    expect(await second.ended).toBe(0);
    expect(installs()).toHaveLength(1);
  });

  it('the first command after a clone says so when something else ends npm, and the next one installs', async () => {
    const first = run();
    await until(() => installs().length === 1);
    end(Number.parseInt(installs()[0] ?? ''));

    expect(await first.ended).toBe(1);
    expect(first.said()).toContain('Something ended npm (SIGKILL)');

    await write('go');
    expect(await run().ended).toBe(0);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)(
    'the first command after a clone ends npm at %s, with nobody left to read what it says',
    async (signal, code) => {
      const first = run();
      await until(() => installs().length === 1);
      first.child.stderr?.destroy();
      first.child.kill(signal);

      expect(await first.ended).toBe(code);
      expect(isAlive(Number.parseInt(installs()[0] ?? ''))).toBe(false);
    },
  );

  it('the first command after a clone leaves at Ctrl-C while it waits for another command, which goes on', async () => {
    const first = run();
    await until(() => installs().length === 1);
    const second = run();
    await until(() => second.said().includes('waiting for it'));
    second.child.kill('SIGINT');

    expect(await second.ended).toBe(130);
    await write('go');
    expect(await first.ended).toBe(0);
  });

  it('the first command after a clone installs anew what was recorded and is not there any more', async () => {
    await write('go');
    expect(await run().ended).toBe(0);
    expect(await run().ended).toBe(0);
    expect(installs()).toHaveLength(1);

    await rm(join(folder, 'node_modules/thing'), { recursive: true });
    expect(await run().ended).toBe(0);
    expect(installs()).toHaveLength(2);
  });

  it('the first command after a clone clears away a node_modules that npm cannot replace', async () => {
    await mkdir(join(folder, 'node_modules'));
    await write('node_modules/leftover');
    await write('go');
    const command = run();

    expect(await command.ended).toBe(0);
    expect(command.said()).toContain('node_modules is broken');
  });

  it('the first command after a clone ends the build beside one that fails before it leaves', async () => {
    await write('go');
    expect(await run().ended).toBe(0);
    for (const sources of ['src', 'web', 'node_modules/@nestjs/cli/bin', 'node_modules/vite/bin'])
      await mkdir(join(folder, sources), { recursive: true });
    const settings = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];
    for (const file of [...settings, 'scripts/openapi-plugin.mjs']) await write(file);
    await write('node_modules/vite/bin/vite.js', BUILD_WITHOUT_END);
    await write('node_modules/@nestjs/cli/bin/nest.js', BUILD_THAT_FAILS);

    const command = run({}, '--build');

    expect(await command.ended).toBe(1);
    expect(command.said()).toContain('The build failed');
    const [builder] = calls().filter((call) => call.endsWith(' vite'));
    expect(builder).toBeDefined();
    expect(isAlive(Number.parseInt(builder ?? ''))).toBe(false);
  });

  it('the first command after a clone runs no script of any package', async () => {
    await write('go');
    await run().ended;

    expect(installs()[0]).toContain(' --ignore-scripts ');
  });

  it('the first command after a clone says in a sentence that the registry is silent', async () => {
    await write('silent');
    const command = run();

    expect(await command.ended).toBe(1);
    expect(command.said()).toContain(
      'The npm registry http://registry.test/ cannot be reached: check the network',
    );
    expect(command.said()).not.toContain('ENOTCACHED');
  });

  it('the first command after a clone says in a sentence, with the real npm too, that nobody listens at the registry', async () => {
    const command = run({
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cache: join(folder, 'cache'),
    });

    expect(await command.ended).toBe(1);
    expect(command.said()).toContain('The npm registry http://127.0.0.1:9/ cannot be reached');
  });
});
