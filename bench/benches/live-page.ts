import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../test/console/chromium.js';
import type { Bench, Figures } from '../bench.js';
import { type Held, OpenPage, tenths } from '../support/open-page.js';
import { createWarmAccount } from '../support/broadcast-run.js';
import type { Service } from '../support/service.js';

const LATENCY_MS = 100;
/** Enough that it still sends when the page has been watched for that long. */
const RECIPIENTS = 400_000;
const WATCHED_SECONDS = 60;
const WATCHED_SECONDS_FULL = 600;
/**
 * What grows with time grows with what the page is told, twice a second at most, and not with the sends: who watches for
 * long lets the broadcast go slowly, and leaves the machine to others.
 */
const SLOW_SENDS_PER_SECOND = 50;
/** More than is watched, as the broadcast starts before the page is open. */
const SPARE_MINUTES = 5;

export const livePage: Bench = {
  name: 'live-page',
  about:
    'what the page of a broadcast costs the browser while the broadcast sends as fast as it can',
  async run(testbed, { full, minutes, size = recipientsFor(full, minutes) }) {
    if (CHROMIUM === undefined) throw new Error('chromium is missing: apt-get install chromium');
    return testbed.withService({ processes: [['api', 'callback', 'worker']] }, async (service) => {
      const account = await createWarmAccount(testbed, service, {
        followers: size,
        latencyMs: LATENCY_MS,
        receipts: true,
      });
      const id = await service.startBroadcast(account, {
        name: '会员到期提醒',
        ...(minutes !== undefined && { sendsPerSecond: SLOW_SENDS_PER_SECOND }),
      });
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        // As root, Chromium does not start in its own sandbox; without the second, it rounds its heap.
        args: ['--no-sandbox', '--enable-precise-memory-info'],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1366, height: 860 } });
        await open(page, service, id);
        const opened = await OpenPage.of(page);
        const before = await service.admin.broadcast(id);
        const seconds = minutes === undefined ? secondsOf(full) : minutes * 60;
        const cost =
          minutes === undefined
            ? await measure(opened, seconds)
            : await watch(opened, minutes, (line) => testbed.log(line));
        const after = await service.admin.broadcast(id);
        if (after.state !== 'running')
          throw new Error('it was done before the page had been watched: give it a larger --size');
        const sends = (sent(after.counts) - sent(before.counts)) / seconds;
        const name = minutes === undefined ? 'one broadcast' : `${minutes} minutes, slowly`;
        return { [name]: { sendsPerSecond: Math.round(sends), ...cost } };
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

const secondsOf = (full: boolean): number => (full ? WATCHED_SECONDS_FULL : WATCHED_SECONDS);

function recipientsFor(full: boolean, minutes: number | undefined): number {
  if (minutes !== undefined) return (minutes + SPARE_MINUTES) * 60 * SLOW_SENDS_PER_SECOND;
  return full ? RECIPIENTS * 4 : RECIPIENTS;
}

/** Time of the page's main thread (script, style, layout, paint), and its heap after garbage was collected. */
async function measure(page: OpenPage, seconds: number): Promise<Figures> {
  const { heapMiB } = await page.held();
  const percentOfOneCore = await page.busyDuring(() => sleep(seconds * 1_000));
  return {
    percentOfOneCore,
    watchedSeconds: seconds,
    heapMiB,
    heapGrowthMiB: tenths((await page.held()).heapMiB - heapMiB),
  };
}

/** What the page holds each minute, told as it comes; on record at its opening and after each quarter of the time. */
async function watch(
  page: OpenPage,
  minutes: number,
  tell: (line: string) => void,
): Promise<Figures> {
  const held: Held[] = [];
  const note = async (): Promise<void> => {
    const now = await page.held();
    held.push(now);
    const told = Object.entries(now).map(([name, value]) => `${name} ${value}`);
    tell(`minute ${held.length - 1}: ${told.join(', ')}`);
  };
  const percentOfOneCore = await page.busyDuring(async () => {
    const began = performance.now();
    await note();
    for (let minute = 1; minute <= minutes; minute++) {
      await sleep(Math.max(0, began + minute * 60_000 - performance.now()));
      await note();
    }
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * minutes));
  return {
    percentOfOneCore,
    ...Object.fromEntries(marks.map((minute) => [`minute ${minute}`, { ...held[minute] }])),
  };
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'sending']);
const sent = (counts: Readonly<Record<string, number>>): number =>
  Object.entries(counts).reduce((sum, [state, people]) => sum + (OPEN.has(state) ? 0 : people), 0);
