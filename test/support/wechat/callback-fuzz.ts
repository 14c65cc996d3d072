import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { Kysely, sql } from 'kysely';
import { type CallbackWorld, until } from '../worlds/callback-world.js';
import {
  firstPushes,
  type FuzzAccount,
  fuzzedPushes,
  type FuzzedPush,
  type FuzzScene,
} from './push-fuzz.js';

const ABREAST = 24;

/** How a run ended, with the seed that plays it again. */
export interface FuzzReport {
  readonly seed: number;
  /** Answers that are not what they must be: none. */
  readonly wrongAnswers: readonly string[];
  /** Rows that no honest push made: none. */
  readonly falseRows: readonly string[];
  /** What honest pushes said and no row says: nothing. */
  readonly lost: readonly string[];
  /** How often each was done. */
  readonly done: ReadonlyMap<string, number>;
  readonly honest: number;
}

/** A seed of its own for each run, unless one is to be played again. */
export const fuzzSeed = (): number =>
  Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Sends so many pushes of a seed to the callback, waits until all that were taken are worked off, and looks at what there is. */
export async function fuzzCallback(
  world: CallbackWorld,
  seed: number,
  count: number,
): Promise<FuzzReport> {
  const scene = await sceneOf(world);
  const agent = new Agent({ keepAlive: true, maxSockets: ABREAST });
  const groups = fuzzedPushes(seed, scene, count);
  const wrongAnswers: string[] = [];
  const facts = new Set<string>();
  const done = new Map<string, number>();
  let honest = 0;
  const sendAll = async (pushes: readonly FuzzedPush[]): Promise<void> => {
    for (const push of pushes) {
      done.set(push.what, (done.get(push.what) ?? 0) + 1);
      if (push.facts.length > 0) honest++;
      for (const fact of push.facts) facts.add(fact);
      const answer = await send(world.url(push.appid, {}), push, agent);
      if (!isAsWanted(answer, push)) wrongAnswers.push(`${push.what}: ${answer}`);
    }
  };
  const sendInTurn = async (): Promise<void> => {
    for (const group of groups) await sendAll(group);
  };
  await sendAll(firstPushes(seed, scene));
  await Promise.all(Array.from({ length: ABREAST }, sendInTurn));
  agent.destroy();
  await workedOff(world);
  const rows = await rowsOf(world, scene.strict);
  const falseRows = rows.filter((row) => !facts.has(row));
  const known = new Set(rows);
  const lost = [...facts].filter((fact) => !known.has(fact));
  return { seed, wrongAnswers, falseRows, lost, done, honest };
}

async function sceneOf(world: CallbackWorld): Promise<FuzzScene> {
  const accounts: FuzzAccount[] = [];
  for (const mode of ['plain', 'compatible', 'safe', 'plain', 'safe'] as const) {
    const token = `token${accounts.length}`;
    const encodingAesKey = randomBytes(32).toString('base64').slice(0, 43);
    const kind = accounts.length % 2 === 0 ? 'service' : 'mini_program';
    const { appid, id } = await world.account({
      kind,
      callbackMode: mode,
      callbackToken: token,
      ...(mode !== 'plain' && { encodingAesKey }),
    });
    accounts.push({ appid, id, token, encodingAesKey, mode });
  }
  return { strict: accounts.slice(0, 3), loose: accounts.slice(3) };
}

/** WeChat pushes three times, where a connection ends without an answer: on a busy machine storing takes too long. */
const TRIES = 3;

/** The status and the body, or how the connection ended at last. */
async function send(url: string, push: FuzzedPush, agent: Agent): Promise<string> {
  let answer = '';
  for (let tries = 0; tries < TRIES; tries++) {
    answer = await sendOnce(url, push, agent);
    if (answer !== 'ECONNRESET' || push.wanted === 'cut') break;
  }
  return answer;
}

function sendOnce(url: string, push: FuzzedPush, agent: Agent): Promise<string> {
  const { query, body } = push;
  return new Promise((resolve) => {
    const { pathname, port } = new URL(url);
    const path = `${pathname}?${query}`;
    const outgoing = httpRequest({ port, path, method: 'POST', agent }, (incoming) => {
      let text = '';
      incoming
        .on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
        .on('error', ({ message }) => resolve(message))
        .on('end', () => resolve(`${incoming.statusCode} ${text}`));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // It had been kept open, and was closed for being idle just as we spoke.
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && push.wanted !== 'cut';
      resolve(isStale ? sendOnce(url, push, agent) : (error.code ?? error.message));
    });
    outgoing.end(body);
  });
}

function isAsWanted(answer: string, { wanted }: FuzzedPush): boolean {
  switch (wanted) {
    case 'taken':
      return answer === '200 success';
    case 'refused':
      return /^4\d\d $/.test(answer);
    case 'either':
      return answer === '200 success' || /^4\d\d $/.test(answer);
    case 'cut':
      return /^(4\d\d |EPIPE|ECONNRESET)$/.test(answer);
  }
}

async function workedOff(world: CallbackWorld): Promise<void> {
  await until(async () => {
    const counts = await world.queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).every((count) => count === 0);
  });
}

async function rowsOf(world: CallbackWorld, accounts: readonly FuzzAccount[]): Promise<string[]> {
  const db = world.app.get<Kysely<unknown>>(Kysely, { strict: false });
  const ids = accounts.map(({ id }) => id);
  const { rows } = await sql<{ row: string }>`
    select account_id || ' receipt ' || openid || ' ' || msgid || ' ' || status as row
    from receipt where account_id = any (${ids}::integer[])
    union all
    select account_id || ' follower ' || openid || ' ' || subscribed
    from follower where account_id = any (${ids}::integer[])
    union all
    select account_id || ' suppression ' || openid
    from suppression where account_id = any (${ids}::integer[])
    union all
    select account_id || ' grant ' || openid || ' ' || template_id || ' ' || count
    from template_grant where account_id = any (${ids}::integer[])`.execute(db);
  return rows.map(({ row }) => row);
}
