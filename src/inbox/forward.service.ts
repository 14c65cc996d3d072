import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { request } from 'undici';
import { AccountsService } from '../accounts/accounts.service.js';
import { WechatConfig } from '../config/config.js';
import { ProxyConfig } from '../config/proxy-config.js';
import { OutboundDispatcher } from '../http/outbound-dispatcher.js';
import { uncarry } from '../wechat-auth/inbox-job.js';
import { PushSealing } from '../wechat-auth/push-sealing.js';
import type { ForwardJob } from './forward.queue.js';

const TIMEOUT_MS = 5_000;

/** WeChat knows one callback per account, so pushes that are not ours alone go on to the customer's server. */
@Injectable()
export class ForwardService implements OnApplicationShutdown {
  readonly #dispatcher: OutboundDispatcher;
  readonly #accounts: AccountsService;
  readonly #sealing: PushSealing;

  constructor(
    accounts: AccountsService,
    sealing: PushSealing,
    { loopback }: WechatConfig,
    proxies: ProxyConfig,
  ) {
    this.#accounts = accounts;
    this.#sealing = sealing;
    this.#dispatcher = new OutboundDispatcher({ allowLoopback: loopback }, proxies);
  }

  /**
   * Sends a push on, byte for byte and with WeChat's query, so that the customer's server can check it as if it had
   * come from WeChat. Throws unless a 2xx comes back; what the answer says is ignored, WeChat has long had ours.
   */
  async forward(job: ForwardJob): Promise<void> {
    const account = await this.#accounts.byId(job.accountId);
    if (account === undefined || account.forwardUrl === null) return;
    const { content, original } = this.#sealing.open(job);
    if (original === undefined) return;
    const { body = content, contentType, query } = original;
    const answer = await request(forwardTarget(account.forwardUrl, query), {
      dispatcher: this.#dispatcher,
      method: 'POST',
      headers: { 'user-agent': 'weicast', ...(contentType && { 'content-type': contentType }) },
      body: uncarry(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body.dump({ limit: 64 * 1024 });
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      throw new Error(
        `the forwardUrl of ${account.appid} answered ${answer.statusCode}, expected 2xx`,
      );
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#dispatcher.close();
  }
}

/** The customer's address with WeChat's query behind its own, not a byte of either encoded anew. */
export function forwardTarget(forwardUrl: string, query: string): string {
  const [address = ''] = forwardUrl.split('#');
  if (query === '') return address;
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
