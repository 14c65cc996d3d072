import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../accounts/account.js';
import { FollowersService } from '../followers/followers.service.js';
import { FollowerSync } from '../followers/sync/follower-sync.js';
import { Testers } from '../followers/testers/testers.service.js';
import { MAIN_CHANNEL } from '../pacing/main-channel.js';
import { QuotaInquiry } from '../pacing/quota-inquiry.js';
import { TemplatesService } from '../templates/templates.service.js';
import { NAMES } from './people.js';
import type { RunningSandbox } from './sandbox-host.js';

/** The walk of a few hundred followers takes a moment; nobody waits longer for it. */
const WALK_PATIENCE_MS = 10_000;

/** Brings a new sandbox what a newcomer needs: a callback that works, templates, testers, followers. */
@Injectable()
export class SandboxFurniture {
  readonly #logger = new Logger(SandboxFurniture.name);
  readonly #templates: TemplatesService;
  readonly #syncs: FollowerSync;
  readonly #followers: FollowersService;
  readonly #testers: Testers;
  readonly #quotas: QuotaInquiry;

  constructor(
    templates: TemplatesService,
    syncs: FollowerSync,
    followers: FollowersService,
    testers: Testers,
    quotas: QuotaInquiry,
  ) {
    this.#templates = templates;
    this.#syncs = syncs;
    this.#followers = followers;
    this.#testers = testers;
    this.#quotas = quotas;
  }

  /** What does not succeed can be done again by the account's own calls: the sandbox is there. */
  async bring(account: Account, { wechat }: RunningSandbox): Promise<void> {
    const people = NAMES.map((name, index) => ({ openid: wechat.account().openid(index), name }));
    const steps = [
      () => wechat.account().pushes.verify(),
      () => this.#templates.sync(account),
      () => this.#testers.furnish(account, people),
      () => this.#quotas.ask(account, MAIN_CHANNEL[account.kind], 'routine'),
      () => this.#walk(account),
      () => wechat.push({ openid: people[0]?.openid ?? '', text: '1' }),
    ] as const;
    for (const step of steps) {
      await step().catch((err: unknown) =>
        this.#logger.warn({ appid: account.appid, err }, 'a sandbox was not furnished wholly'),
      );
    }
  }

  async #walk(account: Account): Promise<void> {
    await this.#syncs.start(account);
    const until = performance.now() + WALK_PATIENCE_MS;
    while (!(await this.#followers.hasSynced(account.id)) && performance.now() < until)
      await sleep(50);
  }
}
