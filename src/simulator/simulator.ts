import type { AccountPatch } from './settings/account-settings.js';
import { ControlApi } from './control/control-api.js';
import { blacklistEndpoints } from './endpoints/followers/blacklist.endpoints.js';
import { followerEndpoints } from './endpoints/followers/follower.endpoints.js';
import { tagEndpoints } from './endpoints/followers/tag.endpoints.js';
import { PretendWechat } from './platform/pretend-wechat.js';
import { quotaEndpoints } from './endpoints/account/quota.endpoints.js';
import { reviewEndpoint } from './endpoints/sending/review.endpoint.js';
import { oneTimeEndpoint } from './endpoints/sending/one-time.endpoint.js';
import { sendEndpoint } from './endpoints/sending/send.endpoint.js';
import { subscribeEndpoints } from './endpoints/sending/subscribe.endpoints.js';
import { wxopenEndpoints } from './endpoints/sending/wxopen.endpoints.js';
import { subscriptionTemplateEndpoints } from './endpoints/templates/subscription-template.endpoints.js';
import { templateEndpoints } from './endpoints/templates/template.endpoints.js';
import { tokenEndpoints } from './endpoints/account/token.endpoints.js';
import type { Endpoint } from './dispatch/endpoint.js';
import { CallDispatcher } from './dispatch/call-dispatcher.js';
import { HttpListener } from './wire/http-listener.js';
import { sceneCodeEndpoint } from './endpoints/account/scene-code.endpoint.js';
import { networkEndpoints } from './endpoints/account/network.endpoints.js';
import { ridEndpoint } from './endpoints/account/rid.endpoint.js';

/** The settings of the first account, and of the server around it. */
export type SimulatorOptions = AccountPatch & {
  /** The default is 0, which takes a free port. */
  readonly port?: number;
  readonly host?: string;
  /** The seed of all random values. */
  readonly seed?: number;
  /** Other machines may call `/__…` too. */
  readonly openControl?: boolean;
  /** Whether `/__…` is served at all; it is by default. */
  readonly hasControl?: boolean;
  /** Gets lines for people, such as illegal answers of a callback. */
  readonly log?: (line: string) => void;
  /** The accounts after the first. */
  readonly accounts?: readonly AccountPatch[];
};

/** Who may call `/__…`: everybody, this machine, or nobody. */
type Control = 'open' | 'own' | 'none';

/** A simulated api.weixin.qq.com that listens, in a process of its own or inside a test. */
export class Simulator extends PretendWechat {
  readonly #listener: HttpListener;
  #url = '';

  private constructor(seed: number, control: Control, log: (line: string) => void) {
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
      ...wxopenEndpoints(this.clock),
      ...networkEndpoints,
      sceneCodeEndpoint,
      ridEndpoint(this.rids, this.clock),
      ...quotaEndpoints(this.accounts, () => endpoints),
    ];
    const dispatcher = new CallDispatcher(this, endpoints);
    const api = control === 'none' ? undefined : new ControlApi(this, control === 'open');
    this.#listener = new HttpListener((call) =>
      api?.matches(call.path) ? api.reply(call) : dispatcher.dispatch(call),
    );
  }

  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const {
      port = 0,
      host = '127.0.0.1',
      seed = 1,
      openControl = false,
      hasControl = true,
      accounts = [],
      log,
      ...first
    } = options;
    const simulator = new Simulator(
      seed,
      hasControl ? (openControl ? 'open' : 'own') : 'none',
      log ?? (() => {}),
    );
    for (const account of [first, ...accounts]) simulator.putAccount(account);
    simulator.#url = await simulator.#listener.listen(port, host);
    return simulator;
  }

  /** The value for WECHAT_API_BASE. */
  get url(): string {
    return this.#url;
  }

  async close(): Promise<void> {
    await this.#listener.close();
    for (const { reviews } of this.accounts.list()) reviews.clear();
    await Promise.all(this.accounts.list().map((account) => account.pushes.close()));
  }
}
