import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '../..');
/** Five, as leaks are counted: one alone is hidden by a timer of Jest's own that ends meanwhile, on a busy machine. */
const LEAKS = `it('leaks', () => { for (let i = 0; i < 5; i++) setInterval(() => {}, 60_000); });`;
const ENDS = `it('ends', () => { const timer = setInterval(() => {}, 60_000); setTimeout(() => clearInterval(timer), 300); });`;

describe('where suites run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weicast-left-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('a suite that leaves a timer behind is named', async () => {
    const { said } = await outcomeOf(folder, 'named', LEAKS, 1_000);
    expect(said).toMatch(/named\.test\.js: the suite left behind: Timeout\b/);
  });

  it('a suite that leaves a timer behind fails where that is asked, and says where it was set', async () => {
    const { code, said } = await outcomeOf(folder, 'leaks', LEAKS, 1_000, { WHO_LEFT_IT: '1' });
    expect(said).toMatch(/FAIL .*leaks\.test\.js/);
    expect(said).toMatch(/the suite left behind: Timeout\b/);
    expect(said).toContain('leaks.test.js:1:');
    expect(code).toBe(1);
  });

  it('a suite whose timer ends a moment after it passes where that is asked', async () => {
    const { code, said } = await outcomeOf(folder, 'ends', ENDS, 60_000, { WHO_LEFT_IT: '1' });
    expect(said).toMatch(/PASS .*ends\.test\.js/);
    expect(code).toBe(0);
  });
});

async function outcomeOf(
  folder: string,
  name: string,
  suite: string,
  patienceMs: number,
  variables: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  await writeFile(join(folder, `${name}.test.js`), suite);
  const config = {
    rootDir: folder,
    testEnvironment: join(ROOT, 'test/support/clean-environment.js'),
    testEnvironmentOptions: { patienceMs },
    transform: {},
  };
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const options = ['--forceExit', '--runInBand', '--config', JSON.stringify(config), name];
  const child = spawn(process.execPath, ['--experimental-vm-modules', jest, ...options], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, said };
}
