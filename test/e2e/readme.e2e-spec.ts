import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../support/database.js';
import { freePorts } from '../support/free-ports.js';

const root = join(import.meta.dirname, '../..');
const APPID = 'wx0123456789abcdef';

interface Block {
  readonly language: string;
  readonly text: string;
}

/** What stands between fences under the headings that begin and end the walk through the API. */
function blocksOf(file: string, from: string, to: string): Block[] {
  const page = readFileSync(join(root, file), 'utf8');
  const part = page.slice(page.indexOf(from), page.indexOf(to));
  return [...part.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

const ENGLISH = blocksOf('README.md', '\n## The API by example', '\n## A real account');
const CHINESE = blocksOf('README.zh-CN.md', '\n## API 示例', '\n## 五分钟接入真实账号');

/** Commands without their comments, and without the words that stand for the reader's own key. */
const commandsOf = (blocks: readonly Block[]): string[] =>
  blocks
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text.replaceAll(/\s+#.*$/gm, '').replace(/^KEY='.*'$/m, "KEY='…'"));

/** The README leaves out with `…`: as a member, an item, or the end of a text. */
function shapeOf(text: string): unknown {
  const strings: string[] = [];
  const bare = text
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) => `"${strings.push(string) - 1}"`)
    .replaceAll(/([[{])\s*…\s*,?/g, '$1')
    .replaceAll(/,\s*…/g, '');
  return JSON.parse(bare.replaceAll(/"(\d+)"/g, (_, i) => strings[Number(i)] ?? '')) as unknown;
}

/** Every member that the README shows is there, and of that kind; what it shows of a list is like one of its items. */
function faultOf(shown: unknown, real: unknown, path = ''): string | undefined {
  if (shown === null || real === null) return undefined;
  if (Array.isArray(shown)) {
    if (!Array.isArray(real)) return `${path} is no list`;
    const [first] = shown as unknown[];
    if (first === undefined || real.length === 0) return undefined;
    return real.some((item) => faultOf(first, item, path) === undefined)
      ? undefined
      : faultOf(first, real[0], `${path}[0]`);
  }
  if (typeof shown !== 'object')
    return typeof shown === typeof real ? undefined : `${path} is a ${typeof real}`;
  if (typeof real !== 'object') return `${path} has no members`;
  for (const [name, value] of Object.entries(shown)) {
    if (!(name in real)) return `${path}.${name} is not there`;
    const fault = faultOf(value, (real as Record<string, unknown>)[name], `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Refused as the page says: the retired channel is off, and verbs come too late for a broadcast that is over. */
const MAY_BE_REFUSED =
  /^(?:409 .*\/(?:start|pause|resume|cancel)|409 .*\/v1\/broadcasts\/[^/]+|422 .*\/v1\/broadcasts)$/;

const started: ChildProcess[] = [];

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(root, 'dist', program), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return async (words: RegExp): Promise<string> => {
    for (;;) {
      const found = words.exec(said);
      if (found !== null) return found[1] ?? '';
      if (child.exitCode !== null) throw new Error(said);
      await sleep(50);
    }
  };
}

describe('the READMEs', () => {
  it('have the same commands in both languages', () => {
    expect(commandsOf(CHINESE)).toEqual(commandsOf(ENGLISH));
  });

  it('run as they are written, and what comes back has the shape that they show', async () => {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'weicast-readme-'));
    const [api = 0, wechat = 0] = await freePorts(2);
    const here = (text: string): string =>
      text
        .replaceAll('127.0.0.1:3000', `127.0.0.1:${api}`)
        .replaceAll(/(?<=127\.0\.0\.1:|--port )9600/g, String(wechat));
    const [simulator, , ...walk] = ENGLISH;
    try {
      const options = here(simulator?.text ?? '')
        .trim()
        .split(/\s+/)
        .slice(4);
      await run('simulator/main.js', options, {})(/pretended WeChat on/);
      const service = run('main.js', [], {
        WECHAT_API_BASE: `http://127.0.0.1:${wechat}`,
        PORT: String(api),
        DATABASE_URL: database.url,
        WEICAST_MASTER_KEY: Buffer.alloc(32, 'readme-key-of-a-test').toString('base64'),
        LOG_LEVEL: 'warn',
        DATA_DIR: folder,
      });
      const key = await service(/Your admin API key[^]*?\n {4}(\S+)\n/);
      const shell = new Shell(folder);
      let answer = '';
      for (const { language, text } of walk) {
        if (language === 'sh') {
          answer = await shell.run(here(text).replace(/^KEY='.*'$/m, `KEY='${key}'`));
          await settled(shell, answer);
        } else if (language === 'json' && answer !== '') {
          const faults = answersOf(answer).map((real) => faultOf(shapeOf(text), real));
          const fault = faults.includes(undefined) ? undefined : faults.at(-1);
          // A page of problems has no command before it: its shape is that of every problem.
          if (!text.includes('"about:blank"'))
            expect({ text, fault }).toEqual({ text, fault: undefined });
        }
      }
      const refused = shell.statuses.filter((status) => !status.startsWith('2'));
      expect(refused.filter((status) => !MAY_BE_REFUSED.test(status))).toEqual([]);
      expect(refused.filter((status) => status.startsWith('422'))).toHaveLength(1);
      const commands = walk.flatMap(({ language, text }) =>
        language === 'sh' ? (text.match(/\bcurl\b/g) ?? []) : [],
      );
      expect(shell.statuses.length).toBeGreaterThanOrEqual(commands.length);
      shell.end();
    } finally {
      for (const child of started.splice(0)) {
        if (child.exitCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** One for each command of the block; the page shows that of one of them. */
const answersOf = (answer: string): unknown[] =>
  answer
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);

/** The page says to ask again until it is done. */
async function settled(shell: Shell, answer: string): Promise<void> {
  if (answer.includes('"seen":')) {
    while (
      !(await shell.run(`curl -s -H "$H" $API/v1/accounts/${APPID}/followers/sync`)).includes(
        '"done"',
      )
    )
      await sleep(200);
  }
  if (answer.includes('event: end')) {
    while (
      !(await shell.run('curl -s -H "$H" $API/v1/broadcasts/$ID')).includes('"receiptsOpen":0')
    )
      await sleep(200);
  }
}

/** One bash for the whole page: what a block sets, later ones use. */
class Shell {
  readonly #bash;
  #said = '';
  #told = '';

  constructor(cwd: string) {
    this.#bash = spawn('bash', ['--norc'], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    started.push(this.#bash);
    this.#bash.stdout.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
    this.#bash.stderr.on('data', (bytes: Buffer) => (this.#told += bytes.toString()));
    this.#bash.stdin.write(
      `curl() { command curl -w '%{stderr}@@%{http_code} %{url}\\n' "$@"; local end=$?; echo; return $end; }\n`,
    );
  }

  /** Status and address of every request so far. */
  get statuses(): string[] {
    return [...this.#told.matchAll(/^@@(.*)$/gm)].map(([, line = '']) => line);
  }

  async run(commands: string): Promise<string> {
    this.#said = '';
    this.#bash.stdin.write(`${commands}\nprintf '\\n@@over\\n'\n`);
    while (!this.#said.includes('\n@@over\n')) {
      if (this.#bash.exitCode !== null) throw new Error(`bash ended: ${this.#said}`);
      await sleep(20);
    }
    return this.#said.replace('\n@@over\n', '').trim();
  }

  end(): void {
    this.#bash.stdin.end('exit\n');
  }
}
