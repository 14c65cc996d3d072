import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');

let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'weicast-demo-stop-'));
  // As root the embedded database runs as somebody else, who has to pass through.
  await chmod(temporary, 0o711);
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

const demoFolders = async (): Promise<string[]> =>
  (await readdir(temporary)).filter((name) => name.startsWith('weicast-demo-'));

/** The demo in a process of its own, with a temporary folder that is ours to look into. */
function startDemo() {
  const loader = join(ROOT, 'test/support/typescript-loader.js');
  const demo = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', loader, join(ROOT, 'src/demo/main.ts')],
    {
      env: { PATH: process.env['PATH'], TMPDIR: temporary, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(demo, 'exit').then(([code]) => code as number | null);
  return { demo, said: () => said, ended };
}

const beginsToSend = async (said: () => string): Promise<void> => {
  while (!/ [1-9]\d*\/2000 sent/.test(said())) await sleep(20);
};

describe('the demo', () => {
  it('the demo stops at Ctrl-C in the middle of its broadcast without an error, and leaves nothing behind', async () => {
    const { demo, said, ended } = startDemo();
    await beginsToSend(said);
    demo.kill('SIGINT');
    demo.kill('SIGINT'); // under npm it arrives twice

    expect(await ended).toBe(0);
    expect(said()).toContain('Stopping …');
    expect(said()).not.toMatch(/error|failed|stack| at /i);
    expect(await demoFolders()).toEqual([]);
  });

  it('the demo stops when its terminal is closed, though nobody reads what it says', async () => {
    const { demo, said, ended } = startDemo();
    await beginsToSend(said);
    demo.stdout.destroy();
    demo.stderr.destroy();
    demo.kill('SIGHUP');

    expect(await ended).toBe(0);
    expect(await demoFolders()).toEqual([]);
  });
});
