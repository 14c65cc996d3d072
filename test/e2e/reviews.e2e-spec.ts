import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { ProductWorld } from '../support/worlds/product-world.js';
import { describeBothQueues, describeWithRedis } from '../support/stores/redis.js';

const program = join(import.meta.dirname, '../../dist/main.js');
const PEOPLE = 200;
/** Receipts are looked at a minute after they came, and WeChat's list is read each minute. */
const A_WHILE_MS = 90_000;
/** Leases last, and a busy machine takes its time. */
const PATIENCE_MS = 600_000;
const TWO_HOURS_MS = 2 * 3_600_000;

const A_QUARTER: SimulatorOptions = {
  followers: PEOPLE,
  population: { left: 0.03, blocking: 0.05, failing: 0.02 },
  reviews: {
    share: 0.25,
    delayMinMs: 500,
    delayMaxMs: 3_000,
    told: 0.25,
    silent: 0.25,
    refused: 0.25,
  },
};

interface Row {
  openid: string;
  state: string;
  errcode: number | null;
  rid: string | null;
  detail: string | null;
  msgid: string | null;
  reviewedAt: string | null;
}

let world: ProductWorld;

async function rows(id: string): Promise<Row[]> {
  const path = `/v1/broadcasts/${id}/deliveries?limit=200`;
  return (await world.expect(200, 'GET', path)).json.items;
}

const reviews = () => world.wechat.reviews();

/** WeChat has decided, and pushed what it pushes. */
async function decided(id: string): Promise<void> {
  await world.until(async () => (await world.show(id)).state === 'finished', 'the last answer');
  await world.until(async () => reviews().every(({ state }) => state !== 'waiting'), 'the reviews');
  await world.wechat.account().pushes.whenIdle();
}

/** A minute passes, and then two hours, each with a restart. */
async function untilNothingIsUnderReview(id: string): Promise<void> {
  await world.stop();
  await world.start({ CLOCK_OFFSET_MS: String(A_WHILE_MS) });
  const silent = new Set(
    reviews().flatMap(({ end, openid }) => (end === 'silent' ? [openid] : [])),
  );
  await world.until(
    async () =>
      (await rows(id)).every(({ openid, state }) => state !== 'reviewing' || silent.has(openid)),
    'all but those of which nothing is heard',
  );
  await world.stop();
  await world.start({ CLOCK_OFFSET_MS: String(TWO_HOURS_MS + A_WHILE_MS) });
  await world.until(async () => (await world.show(id)).counts.reviewing === 0, 'the last reviews');
}

/** Nobody saw it twice, and each row says what WeChat did. */
async function expectHonestRows(id: string, answersAreLost = false): Promise<void> {
  const { counts, total, errors } = await world.show(id);
  expect(total).toBe(PEOPLE);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(PEOPLE);
  expect(world.wechat.stats().duplicates).toBe(0);

  const byOpenid = new Map(reviews().map((review) => [review.openid, review]));
  expect(byOpenid.size).toBe(reviews().length);
  let heardOf = 0;
  let bad = 0;
  for (const row of await rows(id)) {
    const [message, ...others] =
      world.wechat.ledger({ openid: row.openid }).items[0]?.messages ?? [];
    const review = byOpenid.get(row.openid);
    expect(others).toEqual([]);
    if (!review) {
      expect(row.reviewedAt).toBeNull();
      continue;
    }
    // Its worker died with the answer: asked again after the review, WeChat knew it as sent.
    if (row.reviewedAt === null && answersAreLost) {
      const sent = stateOf(message!.status);
      expect(row).toMatchObject({
        state: review.end === 'silent' ? 'accepted' : sent,
        msgid: message!.msgid,
      });
      continue;
    }
    expect(row.reviewedAt).not.toBeNull();
    heardOf++;
    if (['unknown', 'refused'].includes(row.state)) bad++;
    if (review.end === 'refused')
      expect({ row, message }).toMatchObject({
        row: { state: 'refused', detail: 'intercepted', errcode: 40252, rid: expect.any(String) },
        message: undefined,
      });
    else if (review.end === 'silent')
      expect(row).toMatchObject({ state: 'unknown', errcode: 40252, rid: expect.any(String) });
    else expect(row).toMatchObject({ state: stateOf(message!.status), msgid: message!.msgid });
  }
  expect(heardOf).toBeGreaterThan(reviews().length / 2);
  expect(errors.find(({ errcode }) => errcode === 40252)?.count).toBe(bad);
}

function stateOf(status: string): string {
  if (status === 'success') return 'delivered';
  return status === 'failed:user block' ? 'blocked' : 'failed';
}

describeBothQueues('a broadcast of which WeChat reviews a quarter', (queue) => {
  afterEach(() => world.close());

  it(
    'a broadcast of which WeChat reviews a quarter ends with nobody having seen it twice, and with honest counts',
    async () => {
      world = await ProductWorld.open(queue, A_QUARTER);
      await world.ready();
      const id = await world.broadcast();
      await decided(id);
      expect(reviews().length).toBeGreaterThan(PEOPLE / 8);
      expect(await world.show(id)).toMatchObject({
        holds: [],
        receiptsOpen: expect.any(Number),
      });

      await untilNothingIsUnderReview(id);
      await expectHonestRows(id);
      // No retry met a review: whoever is under review is left alone.
      expect(world.wechat.stats().reviews.again).toBe(0);
      expect(world.wechat.stats().sends.total).toBe(PEOPLE);
      const { json } = await world.expect(200, 'GET', `/v1/accounts/${world.appid}`);
      expect(json.health.review).toMatchObject({ broadcastId: id });
      expect(json.health.review.percent).toBeGreaterThan(5);
    },
    PATIENCE_MS,
  );
});

describeWithRedis('a broadcast of which WeChat reviews a quarter', (redisUrl) => {
  const workers: ChildProcess[] = [];
  afterEach(async () => {
    for (const worker of workers.splice(0)) await kill(worker);
    await world.close();
  });

  function startWorker(): ChildProcess {
    const worker = spawn(process.execPath, [program], {
      env: world.environment({ ROLES: 'worker', SENDS_PER_SECOND: '40' }),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    workers.push(worker);
    return worker;
  }

  async function kill(worker: ChildProcess): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  }

  it(
    'a broadcast of which WeChat reviews a quarter ends with nobody having seen it twice when its worker is killed while rows are under review',
    async () => {
      world = await ProductWorld.open(
        { name: 'Redis', redisUrl },
        { ...A_QUARTER, sending: { latencyMinMs: 50, latencyMaxMs: 400 } },
      );
      await world.stop();
      await world.start({ ROLES: 'api,callback' });
      let worker = startWorker();
      await world.ready();
      const id = await world.broadcast();
      for (const taken of [10, 25]) {
        await world.until(async () => reviews().length >= taken, `${taken} reviews`);
        await kill(worker);
        worker = startWorker();
      }
      await world.until(async () => (await world.show(id)).state === 'finished', 'the end');
      await decided(id);
      await kill(worker);

      await untilNothingIsUnderReview(id);
      await expectHonestRows(id, true);
    },
    PATIENCE_MS,
  );
});
