import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { answerRequests } from '../support/answer-requests.js';
import { type PushKeys, receiptPushes } from '../support/receipt-pushes.js';
import { percentileOf } from '../support/spread.js';

/** So many pushes may be in flight at once, as WeChat's are. */
const CONNECTIONS = 100;

export interface SteadyPushes {
  /** The address of the callback. */
  readonly url: string;
  readonly keys: PushKeys;
  readonly seconds: number;
  readonly perSecond: number;
}

export interface SteadyPushesResult {
  readonly pushes: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 200. */
  readonly failed: number;
  /** How late this program itself was at the 99th percentile, as it runs on the same cores. */
  readonly lateP99: number;
}

/** Sends each push at its time, however long others take to be answered, so that a standstill is felt by all it delays. */
answerRequests<SteadyPushes>(async ({ url, keys, seconds, perSecond }) => {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const pushes = receiptPushes(seconds * perSecond, pathname, keys);
  const took: number[] = [];
  const late: number[] = [];
  let failed = 0;
  const send = async ({ path, body }: { path: string; body: string }): Promise<void> => {
    const sentAt = performance.now();
    const headers = { 'content-type': 'text/xml' };
    const answer = await pool.request({ method: 'POST', path, body, headers });
    await answer.body.text();
    took.push(performance.now() - sentAt);
    if (answer.statusCode !== 200) failed++;
  };
  const beganAt = performance.now();
  const sent: Promise<void>[] = [];
  for (const [n, push] of pushes.entries()) {
    const dueAt = beganAt + (n * 1_000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    late.push(performance.now() - dueAt);
    sent.push(send(push));
  }
  await Promise.all(sent);
  await pool.close();
  return {
    pushes: took.length,
    p50: percentileOf(took, 0.5),
    p99: percentileOf(took, 0.99),
    max: percentileOf(took, 1),
    failed,
    lateP99: percentileOf(late, 0.99),
  } satisfies SteadyPushesResult;
});
