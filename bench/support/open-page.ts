import type { CDPSession, Page } from 'playwright-core';

const MIB = 1_048_576;

/** What a page holds once garbage was collected. */
export interface Held {
  readonly heapMiB: number;
  /** Of its documents, those included that script alone still knows. */
  readonly nodes: number;
  readonly listeners: number;
}

/** A page in Chromium, measured from outside. */
export class OpenPage {
  readonly #devtools: CDPSession;

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }

  static async of(page: Page): Promise<OpenPage> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await devtools.send('HeapProfiler.enable');
    return new OpenPage(devtools);
  }

  async held(): Promise<Held> {
    await this.#devtools.send('HeapProfiler.collectGarbage');
    const of = await this.#metrics();
    return {
      heapMiB: Number((of('JSHeapUsedSize') / MIB).toFixed(2)),
      nodes: of('Nodes'),
      listeners: of('JSEventListeners'),
    };
  }

  /** The part of one core, in percent, that the page's main thread takes meanwhile. */
  async busyDuring(work: () => Promise<void>): Promise<number> {
    const [began, busy] = [performance.now(), (await this.#metrics())('TaskDuration')];
    await work();
    const used = (await this.#metrics())('TaskDuration') - busy;
    return tenths((used / ((performance.now() - began) / 1_000)) * 100);
  }

  async #metrics(): Promise<(name: string) => number> {
    const { metrics } = await this.#devtools.send('Performance.getMetrics');
    return (wanted) => {
      const found = metrics.find(({ name }) => name === wanted);
      if (found === undefined) throw new Error(`Chromium tells no ${wanted}`);
      return found.value;
    };
  }
}

export const tenths = (value: number): number => Number(value.toFixed(1));
