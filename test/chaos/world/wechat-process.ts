import type { AccountPatch } from '../../../src/simulator/settings/account-settings.js';
import type { FaultRule, FaultView } from '../../../src/simulator/faults/fault-rule.js';
import type { LedgerPage, OpenidLedger } from '../../../src/simulator/reports/ledger-page.js';
import type { ReviewView } from '../../../src/simulator/reviews/review.js';
import type { Statistics } from '../../../src/simulator/reports/statistics.js';
import { waitUntil } from './polling.js';
import { type Program, SupervisedProcess } from './supervised-process.js';

/** The simulator in a process of its own, steered by its control endpoints. */
export class WechatProcess {
  readonly #port: number;

  readonly #process: SupervisedProcess;

  constructor(
    program: Pick<Program, 'log'> & { readonly dist: string; readonly seed: number },
    port: number,
    first: { readonly appid: string; readonly followers: number; readonly openidSeed: string },
  ) {
    this.#port = port;
    const { appid, followers, openidSeed } = first;
    const flags = { port, seed: program.seed, appid, followers, 'openid-seed': openidSeed };
    this.#process = new SupervisedProcess('wechat', {
      command: process.execPath,
      args: [
        `${program.dist}/simulator/main.js`,
        ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
      ],
      log: program.log,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#process.start();
    await waitUntil('the simulator to answer', 120_000, () =>
      this.stats().then(
        () => true,
        () => false,
      ),
    );
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  stats(appid?: string): Promise<Statistics> {
    return this.#call('GET', `/__stats${appid === undefined ? '' : `?appid=${appid}`}`);
  }

  putAccount(patch: AccountPatch): Promise<unknown> {
    return this.#call('POST', '/__accounts', patch);
  }

  addFault(rule: FaultRule): Promise<FaultView> {
    return this.#call('POST', '/__faults', rule);
  }

  async faults(): Promise<readonly FaultView[]> {
    return (await this.#call<{ items: FaultView[] }>('GET', '/__faults')).items;
  }

  clearFaults(id?: number): Promise<unknown> {
    return this.#call('DELETE', `/__faults${id === undefined ? '' : `?id=${id}`}`);
  }

  expireTokens(appid: string, errcode: 40001 | 42001): Promise<unknown> {
    return this.#call('POST', '/__tokens/expire', { appid, errcode });
  }

  setClock(offsetMs: number): Promise<unknown> {
    return this.#call('POST', '/__clock', { offsetMs });
  }

  async followers(appid: string): Promise<string[]> {
    const { items } = await this.#call<{ items: { openid: string }[] }>(
      'GET',
      `/__followers?appid=${appid}&limit=100000`,
    );
    return items.map(({ openid }) => openid);
  }

  /** The reviews by openid. Each openid gets one broadcast. */
  async reviews(appid: string): Promise<Map<string, ReviewView>> {
    const { items } = await this.#call<{ items: ReviewView[] }>('GET', `/__reviews?appid=${appid}`);
    return new Map(items.map((review) => [review.openid, review]));
  }

  /** All accepted messages of an account, by openid. */
  async ledger(appid: string): Promise<Map<string, OpenidLedger>> {
    const all = new Map<string, OpenidLedger>();
    for (let after = ''; ;) {
      const cursor = after === '' ? '' : `&after=${after}`;
      const page = await this.#call<LedgerPage>(
        'GET',
        `/__ledger?appid=${appid}&limit=2000${cursor}`,
      );
      for (const item of page.items) all.set(item.openid, item);
      if (page.next === null) return all;
      after = page.next;
    }
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(
        `${method} ${path} should answer 2xx, and answered ${answer.status}: ${text}`,
      );
    return JSON.parse(text) as T;
  }
}
