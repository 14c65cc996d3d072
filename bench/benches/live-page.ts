import { setTimeout as sleep } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../test/console/chromium.js';
import type { Bench, Figures } from '../bench.js';
import { createWarmAccount } from '../support/broadcast-run.js';
import type { Service } from '../support/service.js';

const LATENCY_MS = 100;
/** Enough that it still sends when the page has been watched for that long. */
const RECIPIENTS = 400_000;
const WATCHED_SECONDS = 60;
const WATCHED_SECONDS_FULL = 600;
const MIB = 1_048_576;

export const livePage: Bench = {
  name: 'live-page',
  about:
    'what the page of a broadcast costs the browser while the broadcast sends as fast as it can',
  async run(testbed, { full, size = full ? RECIPIENTS * 4 : RECIPIENTS }) {
    if (CHROMIUM === undefined) throw new Error('chromium is missing: apt-get install chromium');
    return testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await createWarmAccount(testbed, service, {
        followers: size,
        latencyMs: LATENCY_MS,
        receipts: true,
      });
      const id = await service.startBroadcast(account, { name: '会员到期提醒' });
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        // As root, Chromium does not start in its own sandbox; without the second, it rounds its heap.
        args: ['--no-sandbox', '--enable-precise-memory-info'],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1366, height: 860 } });
        await open(page, service, id);
        const seconds = full ? WATCHED_SECONDS_FULL : WATCHED_SECONDS;
        const before = await service.admin.broadcast(id);
        const cost = await measure(await page.context().newCDPSession(page), seconds);
        const after = await service.admin.broadcast(id);
        if (after.state !== 'running')
          throw new Error('it was done before the page had been watched: give it a larger --size');
        const sends = (sent(after.counts) - sent(before.counts)) / seconds;
        return { 'one broadcast': { sendsPerSecond: Math.round(sends), ...cost } };
      } finally {
        await browser.close();
      }
    });
  },
};

/** The page as somebody has it: logged in, live, with its chart drawn. */
async function open(page: Page, { console: { url, key } }: Service, id: string): Promise<void> {
  const answer = await page.request.post(`${url}/v1/login`, { data: { key } });
  if (!answer.ok()) throw new Error(`the login answered ${answer.status()}`);
  await page.goto(`${url}/broadcasts/${id}`);
  await page.locator('.fresh').first().waitFor();
  await page.locator('.rate-chart canvas').waitFor();
}

/** Time of the page's main thread (script, style, layout, paint), and its heap after garbage was collected. */
async function measure(devtools: CDPSession, seconds: number): Promise<Figures> {
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await devtools.send('HeapProfiler.enable');
  const heap = await heapMiB(devtools);
  const [began, busy] = [performance.now(), await taskSeconds(devtools)];
  await sleep(seconds * 1_000);
  const used = (await taskSeconds(devtools)) - busy;
  const elapsed = (performance.now() - began) / 1_000;
  return {
    percentOfOneCore: Number(((used / elapsed) * 100).toFixed(1)),
    watchedSeconds: seconds,
    heapMiB: heap,
    heapGrowthMiB: Number(((await heapMiB(devtools)) - heap).toFixed(1)),
  };
}

async function heapMiB(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return Number(((await metric(devtools, 'JSHeapUsedSize')) / MIB).toFixed(1));
}

const taskSeconds = (devtools: CDPSession): Promise<number> => metric(devtools, 'TaskDuration');

async function metric(devtools: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const found = metrics.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`Chromium tells no ${wanted}`);
  return found.value;
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'sending']);
const sent = (counts: Readonly<Record<string, number>>): number =>
  Object.entries(counts).reduce((sum, [state, people]) => sum + (OPEN.has(state) ? 0 : people), 0);
