import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readEnvironment } from '../../src/config/environment.js';
import { migrateToLatest } from '../../src/database/migrations/migrator.js';
import { parseRedisUrl } from '../../src/redis/redis-address.js';
import { createTestDatabase } from '../support/stores/database.js';
import { findOlderPostgres, startOlderPostgres } from '../support/stores/debian-postgres.js';
import { type Block, blocksOf, ENGLISH_PAGES } from '../support/docs/doc-pages.js';
import { answersOf, faultOf, shapeOf } from '../support/docs/doc-shapes.js';
import { DocProgram, DocShell, isStart } from '../support/docs/doc-shell.js';
import { freePorts } from '../support/stores/free-ports.js';

const REAL = 'wx5f3c0de5f3c0de55';
/** As WeChat makes them: 43 letters and digits. */
const AES_KEY = randomBytes(32).toString('base64').slice(0, 43).replaceAll(/[+/]/g, 'A');
const LISTENS = /(?:Weicast listens|pretended WeChat) on/;
const pgDump = findOlderPostgres();

/** Refused as the page says: the retired channel is off, and verbs come too late for a broadcast that is over. */
const MAY_BE_REFUSED =
  /^(?:409 .*\/(?:start|pause|resume|cancel)|409 .*\/v1\/broadcasts\/[^/]+|422 .*\/v1\/broadcasts)$/;

const runnable = (page: string): Block[] =>
  blocksOf(page).filter(({ notRun }) => notRun === undefined);

const linesOf = ({ text }: Block): string[] => text.trim().split('\n');

// The other language has the same commands, as docs.int-spec.ts sees to.
describe('every command of the README and of the pages in docs', () => {
  let folder: string;
  let ports: number[];
  let database: { url: string; drop(): Promise<void> };
  let shell: DocShell;
  const programs: DocProgram[] = [];
  const ran: Block[] = [];
  const masterKey = randomBytes(32).toString('base64');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weicast-docs-'));
    await chmod(folder, 0o711); // as root the embedded database runs as a user who must get in
    ports = await freePorts(2);
    database = await openDatabase();
    shell = new DocShell(folder, withDatabase());
  });
  afterAll(async () => {
    await shell.end();
    await stopPrograms();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const stopPrograms = async (): Promise<void> => {
    for (const program of programs.splice(0).toReversed()) await program.end();
  };

  const start = (line: string, env: Readonly<Record<string, string>>): DocProgram => {
    const program = new DocProgram(here(line), {
      PORT: String(ports[0]),
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'warn',
      ...env,
    });
    programs.push(program);
    return program;
  };

  const withDatabase = (): Record<string, string> => ({
    DATABASE_URL: `${database.url}?pool=5`,
    WEICAST_MASTER_KEY: masterKey,
  });

  const here = (text: string): string =>
    text
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${ports[0]}`)
      .replaceAll(/(?<=127\.0\.0\.1:|--port )9600/g, String(ports[1]));

  it('every command of the README works: the demo shows what the page shows, and the service starts', async () => {
    const [commands, , shown] = blocksOf('README.md');
    const [demo = '', service = ''] = linesOf(commands as Block);
    expect([demo, service].map((line) => line.replace(/\s+#.*/, ''))).toEqual([
      'npm run demo',
      'npm start',
    ]);
    const running = start(demo, {});
    for (const label of (shown?.text ?? '').match(/^ {2}\w+ +\S+(?= +\d)/gm) ?? [])
      await running.says(new RegExp(`${label} +\\d+`));
    expect(await running.end()).toBe(0);
    const served = start(service, {});
    await served.says(/Your admin API key[^]*?\n {4}(\S+)\n/);
    await served.says(LISTENS);
    expect(await served.end()).toBe(0);
    ran.push(...runnable('README.md'));
  });

  it('every command of the guide, of the API and of security works, and what comes back has the shape that they show', async () => {
    const walk = ['guide', 'api', 'security'].flatMap((page) => runnable(`docs/${page}.md`));
    const values: Record<string, string> = {};
    let answer = '';
    for (const block of walk) {
      const { language, text } = block;
      if (language === 'sh' && isStart(text)) {
        for (const line of linesOf(block)) {
          const program = start(line, withDatabase());
          await program.says(LISTENS);
          if (line.includes('npm start'))
            values['KEY'] = await program.says(/Your admin API key[^]*?\n {4}(\S+)\n/);
        }
      } else if (language === 'sh') {
        if (text.includes('REAL=')) Object.assign(values, await realAccount());
        if (text.includes('OPENID=') && text.includes("'…'"))
          Object.assign(values, await realRecipient(shell));
        answer = await shell.run(filled(here(text), values));
        await settled(shell, answer);
      } else if (language === 'json' && answer !== '') {
        const faults = answersOf(answer).map((real) => faultOf(shapeOf(text), real));
        const fault = faults.includes(undefined) ? undefined : faults.at(-1);
        // A page of problems has no command before it: its shape is that of every problem.
        if (!text.includes('"about:blank"'))
          expect({ text, fault }).toEqual({ text, fault: undefined });
      }
      ran.push(block);
    }
    const refused = shell.statuses.filter((status) => !status.startsWith('2'));
    expect(refused.filter((status) => !MAY_BE_REFUSED.test(status))).toEqual([]);
    expect(refused.filter((status) => status.startsWith('422'))).toHaveLength(1);
    const commands = walk.flatMap(({ language, text }) =>
      language === 'sh' ? (text.match(/\bcurl\b/g) ?? []) : [],
    );
    expect(shell.statuses.length).toBeGreaterThanOrEqual(commands.length);
    const real = await shell.run('curl -s -H "$H" $API/v1/accounts/$REAL/followers/sync');
    expect(real).toContain('"done"');
    await stopPrograms();
  });

  it('every command of deployment works: what it writes is all that compose asks for', async () => {
    cpSync('docker-compose.yml', join(folder, 'docker-compose.yml'));
    for (const block of runnable('docs/deployment.md')) {
      await shell.run(block.text);
      ran.push(block);
    }
    const given = readFileSync(join(folder, '.env'), 'utf8');
    const asked = readFileSync('docker-compose.yml', 'utf8').matchAll(/\$\{(\w+):\?/g);
    const names = [...new Set([...asked].map(([, name = '']) => name))];
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(given).toMatch(new RegExp(`^${name}=\\S{32,}$`, 'm'));
    const { POSTGRES_PASSWORD, ...ours } = Object.fromEntries(
      given
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    expect(
      readEnvironment({
        ...ours,
        DATABASE_URL: `postgres://weicast:${POSTGRES_PASSWORD}@postgres/weicast`,
      }),
    ).toMatchObject({ PORT: 3000 });
  });

  it('every command of operating works: starts, looking into the database, backup and restore, new keys', async () => {
    const newKey = randomBytes(32).toString('base64');
    const deliveries = await count();
    expect(deliveries).toBeGreaterThan(500);
    for (const block of runnable('docs/operating.md')) {
      const { language, text } = block;
      if (language === 'sql') {
        expect((await onDatabase(text)).fields.map(({ name }) => name)).toContain('reason');
      } else if (language === 'sh' && isStart(text)) {
        for (const line of linesOf(block)) {
          const program = start(line, {
            ...withDatabase(),
            NEW: newKey,
            OLD: masterKey,
            LOG_LEVEL: 'info',
          });
          if (line.includes('$OLD')) await program.says(/the secrets of \d+ accounts are sealed/);
          await program.says(LISTENS);
          expect(await program.end()).toBe(0);
        }
      } else if (language === 'sh' && text.startsWith('REDIS_URL=')) {
        for (const line of linesOf(block)) {
          const url = await shell.run(`${line}; printf %s "$REDIS_URL"`);
          expect(readEnvironment({ REDIS_URL: url })).toMatchObject({ REDIS_URL: url });
          expect(() => parseRedisUrl(url)).not.toThrow();
        }
      } else if (language === 'sh' && text.includes('pg_')) {
        // They must be as new as the server, and only an older one brings its own.
        if (pgDump !== undefined) {
          await shell.run(`PATH=${pgDump}:$PATH; ${text}`);
          if (text.includes('pg_restore')) expect(await count('weicast_restored')).toBe(deliveries);
        }
      } else if (language === 'sh') {
        await shell.run(`cd ${process.cwd()}; PATH=$PWD/node_modules/.bin:$PATH; ${text}`);
      }
      ran.push(block);
    }
  });

  it('every command of the README and of the pages in docs was run: no block of a page is left out, but those that say why', () => {
    const left = ENGLISH_PAGES.flatMap(runnable)
      .filter(({ language }) => ['sh', 'sql'].includes(language))
      .map(({ text }) => text)
      .filter((text) => !ran.some((block) => block.text === text));
    expect(left).toEqual([]);
  });

  /** A value that the page leaves to its reader. */
  const filled = (text: string, values: Readonly<Record<string, string>>): string =>
    text.replaceAll(/^(\w+)='[^'\n]*…[^'\n]*'/gm, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${name} is the reader's, and the test has none`);
      return `${name}='${value}'`;
    });

  /** The pretended WeChat takes the place of the reader's own account, in safe mode. */
  const realAccount = async (): Promise<Record<string, string>> => {
    const response = await fetch(`http://127.0.0.1:${ports[1]}/__accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        appid: REAL,
        kind: 'service',
        followers: 20,
        secret: 'f'.repeat(32),
        callback: {
          url: `http://127.0.0.1:${ports[0]}/wechat/${REAL}/callback`,
          token: 'ReaderToken',
          encodingAesKey: AES_KEY,
          mode: 'safe',
        },
      }),
    });
    expect(response.status).toBe(200);
    return { REAL, SECRET: 'f'.repeat(32), TOKEN: 'ReaderToken', AES_KEY };
  };

  const onDatabase = async (text: string, name?: string): Promise<pg.QueryResult> => {
    const url = new URL(database.url);
    if (name !== undefined) url.pathname = `/${name}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };

  const count = async (name?: string): Promise<number> =>
    Number((await onDatabase('select count(*) as n from delivery', name)).rows[0]?.n);
});

/** A PostgreSQL whose own pg_dump is at hand, where there is one. */
async function openDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  if (pgDump === undefined) return await createTestDatabase();
  const server = await startOlderPostgres(pgDump, 100);
  await migrateToLatest(server.url);
  return { url: server.url, drop: () => server.stop() };
}

/** Somebody who follows it, and a template of it with values that fit. */
async function realRecipient(shell: DocShell): Promise<Record<string, string>> {
  const followers = await shell.run('curl -s -H "$H" "$API/v1/accounts/$REAL/followers?limit=1"');
  const templates = await shell.run('curl -s -H "$H" $API/v1/accounts/$REAL/templates');
  const [follower] = answersOf(followers) as { items: { openid: string }[] }[];
  const [list] = answersOf(templates) as { items: { templateId: string; title: string }[] }[];
  return {
    OPENID: follower?.items[0]?.openid ?? '',
    TEMPLATE: list?.items.find(({ title }) => title === '活动报名成功通知')?.templateId ?? '',
    FIELDS: '{"thing1":"秋季公开课","time2":"2026年11月28日 19:30","thing3":"三号楼报告厅"}',
  };
}

/** The page says to ask again until it is done. */
async function settled(shell: DocShell, answer: string): Promise<void> {
  const synced = async (): Promise<boolean> =>
    (await shell.run('curl -s -H "$H" $API/v1/accounts/${REAL:-$APPID}/followers/sync')).includes(
      '"done"',
    );
  if (answer.includes('"seen":')) while (!(await synced())) await sleep(200);
  if (answer.includes('event: end')) {
    while (
      !(await shell.run('curl -s -H "$H" $API/v1/broadcasts/$ID')).includes('"receiptsOpen":0')
    )
      await sleep(200);
  }
}
