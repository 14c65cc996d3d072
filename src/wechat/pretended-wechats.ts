import { Injectable } from '@nestjs/common';
import { type Way, wayTo } from './ways.js';

/** Sandboxes send to a few hundred people, in this very process. */
const CONNECTIONS = 64;

/** Where the WeChat of each sandbox listens, in this process and while it runs. Proxies have no part in it. */
@Injectable()
export class PretendedWechats {
  readonly #ways = new Map<string, Way>();

  find(appid: string): Way | undefined {
    return this.#ways.get(appid);
  }

  add(appid: string, url: string): void {
    if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(url))
      throw new Error(`a pretended WeChat listens on this machine, and not at ${url}`);
    this.#ways.set(appid, wayTo(url, CONNECTIONS));
  }

  /** Waits for the requests under way. */
  async remove(appid: string): Promise<void> {
    const way = this.#ways.get(appid);
    this.#ways.delete(appid);
    await way?.dispatcher.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ways.keys()].map((appid) => this.remove(appid)));
  }
}
