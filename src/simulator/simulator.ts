import type { AccountPatch } from './accounts/account-settings.js';
import { ControlDesk } from './control/control-desk.js';
import { blacklistEndpoints } from './followers/blacklist.endpoints.js';
import { followerEndpoints } from './followers/follower.endpoints.js';
import { tagEndpoints } from './followers/tag.endpoints.js';
import { PretendWechat } from './pretend-wechat.js';
import { quotaEndpoints } from './sending/quota.endpoints.js';
import { reviewEndpoint } from './reviews/review.endpoints.js';
import { retiredEndpoints } from './sending/retired.endpoints.js';
import { oneTimeEndpoint } from './sending/one-time.endpoint.js';
import { sendEndpoint } from './sending/send.endpoint.js';
import { subscribeEndpoints } from './sending/subscribe.endpoints.js';
import { wxopenEndpoint } from './sending/wxopen.endpoint.js';
import { subscriptionTemplateEndpoints } from './subscriptions/subscription-template.endpoints.js';
import { templateEndpoints } from './templates/template.endpoints.js';
import { tokenEndpoints } from './token/token.endpoints.js';
import { callbackCheckEndpoint } from './wire/callback-check.endpoint.js';
import type { Endpoint } from './wire/endpoint.js';
import { Exchange } from './wire/exchange.js';
import { HttpListener } from './wire/http-listener.js';
import { networkEndpoints } from './wire/network.endpoints.js';
import { ridEndpoint } from './wire/rid.endpoint.js';

/** The settings of the first account, and of the server around it. */
export type SimulatorOptions = AccountPatch & {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Everything left to chance follows from it. */
  readonly seed?: number;
  /** Answers `/__…` to other machines too. */
  readonly openControl?: boolean;
  /** Hears of what a person should see, such as illegal answers of a callback; silent when left out. */
  readonly log?: (line: string) => void;
  /** Accounts beside the first. */
  readonly accounts?: readonly AccountPatch[];
};

/** A pretended api.weixin.qq.com that listens: in a process of its own, or inside a test. */
export class Simulator extends PretendWechat {
  readonly #listener: HttpListener;
  #url = '';

  private constructor(seed: number, openControl: boolean, log: (line: string) => void) {
    super(seed, log);
    const endpoints: Endpoint[] = [
      ...tokenEndpoints(this.accounts, this.tokens),
      ...followerEndpoints,
      ...tagEndpoints,
      ...blacklistEndpoints,
      ...templateEndpoints,
      reviewEndpoint,
      ...subscriptionTemplateEndpoints,
      sendEndpoint(this.clock),
      ...subscribeEndpoints(this.clock),
      oneTimeEndpoint(this.clock),
      wxopenEndpoint(this.clock),
      ...retiredEndpoints,
      ...networkEndpoints,
      callbackCheckEndpoint,
      ridEndpoint(this.rids, this.clock),
      ...quotaEndpoints(this.accounts, () => endpoints),
    ];
    const exchange = new Exchange(this, endpoints);
    const desk = new ControlDesk(this, openControl);
    this.#listener = new HttpListener((call) =>
      desk.owns(call.path) ? desk.reply(call) : exchange.reply(call),
    );
  }

  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const {
      port = 0,
      host = '127.0.0.1',
      seed = 1,
      openControl = false,
      accounts = [],
      log,
      ...first
    } = options;
    const simulator = new Simulator(seed, openControl, log ?? (() => {}));
    for (const account of [first, ...accounts]) simulator.putAccount(account);
    simulator.#url = await simulator.#listener.listen(port, host);
    return simulator;
  }

  /** What WECHAT_API_BASE is set to. */
  get url(): string {
    return this.#url;
  }

  async close(): Promise<void> {
    await this.#listener.close();
    for (const { reviews } of this.accounts.all()) reviews.clear();
    await Promise.all(this.accounts.all().map((account) => account.receipts.close()));
  }
}
