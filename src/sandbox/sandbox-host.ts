import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { AccountSecrets } from '../accounts/account-secrets.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { SandboxConfig } from '../config/config.js';
import type { Simulator } from '../simulator/simulator.js';
import { TokenService } from '../token/token.service.js';
import { PretendedWechats } from '../wechat/pretended-wechats.js';
import { Moods } from './moods.js';
import { OwnAddress } from './own-address.js';
import { type SandboxRecord, SandboxRepository } from './sandbox.repository.js';

/** A pretended WeChat that runs, for one account. */
export interface RunningSandbox {
  readonly wechat: Simulator;
  readonly moods: Moods;
}

export const DEFAULT_FOLLOWERS = 520;

/** Runs the pretended WeChat of each sandbox in this process, from the service's start to its end. */
@Injectable()
export class SandboxHost implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(SandboxHost.name);
  readonly #running = new Map<string, Promise<RunningSandbox>>();
  readonly #config: SandboxConfig;
  readonly #accounts: AccountsService;
  readonly #secrets: AccountSecrets;
  readonly #tokens: TokenService;
  readonly #sandboxes: SandboxRepository;
  readonly #pretended: PretendedWechats;
  readonly #address: OwnAddress;

  constructor(
    config: SandboxConfig,
    accounts: AccountsService,
    secrets: AccountSecrets,
    tokens: TokenService,
    sandboxes: SandboxRepository,
    pretended: PretendedWechats,
    address: OwnAddress,
  ) {
    this.#config = config;
    this.#accounts = accounts;
    this.#secrets = secrets;
    this.#tokens = tokens;
    this.#sandboxes = sandboxes;
    this.#pretended = pretended;
    this.#address = address;
  }

  get isAvailable(): boolean {
    return this.#config.available;
  }

  /** One that cannot run costs its own account, and not the start. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.isAvailable) return;
    for (const account of await this.#accounts.sandboxes()) {
      await this.open(account).catch((err: unknown) =>
        this.#logger.error({ appid: account.appid, err }, 'a sandbox does not run'),
      );
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.#running.keys()].map((appid) => this.close(appid)));
  }

  find(appid: string): Promise<RunningSandbox> | undefined {
    return this.#running.get(appid);
  }

  /** Harmless to repeat. The tokens of a former run mean nothing to this one. */
  open(account: Account): Promise<RunningSandbox> {
    const { appid } = account;
    const opening = this.#running.get(appid) ?? this.#open(account);
    this.#running.set(appid, opening);
    opening.catch(() => this.#running.delete(appid));
    return opening;
  }

  async close(appid: string): Promise<void> {
    const running = await this.#running.get(appid)?.catch(() => undefined);
    this.#running.delete(appid);
    await this.#pretended.remove(appid);
    await running?.wechat.close();
  }

  async #open(account: Account): Promise<RunningSandbox> {
    const { id, appid } = account;
    await this.#sandboxes.ensure({
      accountId: id,
      seed: randomBytes(8).toString('hex'),
      followers: DEFAULT_FOLLOWERS,
      mood: 'well',
    });
    const sandbox = await this.#sandboxes.find(id);
    const keys = await this.#secrets.callbackKeys(appid);
    if (sandbox === undefined || keys === undefined) throw new Error('it was removed meanwhile');
    // Loaded only by who has a sandbox.
    const { Simulator: Wechat } = await import('../simulator/simulator.js');
    const wechat = await Wechat.start({
      appid,
      secret: await this.#secrets.secretOf(id),
      followers: sandbox.followers,
      openidSeed: sandbox.seed,
      hasControl: false,
      callback: {
        token: keys.tokens[0] ?? '',
        encodingAesKey: keys.aesKeys[0] ?? '',
        mode: keys.mode,
      },
      log: (line) => this.#logger.debug(line),
    });
    try {
      const moods = new Moods(wechat);
      moods.apply(sandbox.mood);
      restorePeople(wechat, sandbox);
      await this.#tokens.forget(account);
      this.#tellCallback(appid, wechat);
      this.#pretended.add(appid, wechat.url);
      this.#logger.log(`the pretended WeChat of ${appid} runs`);
      return { wechat, moods };
    } catch (error) {
      await wechat.close();
      throw error;
    }
  }

  /** Not waited for: a sandbox opens before this process listens. */
  #tellCallback(appid: string, wechat: Simulator): void {
    this.#address
      .callbackOf(appid)
      .then((url) => wechat.putAccount({ appid, callback: { url } }))
      .catch((err: unknown) =>
        this.#logger.warn({ appid, err }, 'a pretended WeChat does not know where to push'),
      );
  }
}

function restorePeople(wechat: Simulator, { unfollowed, blocking }: SandboxRecord): void {
  wechat.moveFollowers({ unsubscribe: unfollowed });
  for (const openid of blocking) wechat.refuseMessages(openid, true);
}
