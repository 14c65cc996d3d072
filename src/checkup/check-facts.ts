import { Injectable } from '@nestjs/common';
import { AccountHealthReader } from '../accounts/account-health.js';
import { callbackUrlFaults, callbackUrlOf } from '../accounts/callback-url.js';
import { EgressAddresses } from '../accounts/egress-addresses.js';
import { HttpConfig } from '../config/config.js';
import { FollowerSync } from '../followers/sync/follower-sync.js';
import { Clock } from '../kernel/clock.js';
import { TemplatesService } from '../templates/templates.service.js';
import { type CheckRow, LONGEST_MS } from './checks.repository.js';
import type { Facts } from './steps.js';
import type { Tries } from './tries.js';

type CheckedAccount = Facts['account'];

/** Reads what the steps of an account are made from. */
@Injectable()
export class CheckFacts {
  readonly #health: AccountHealthReader;
  readonly #templates: TemplatesService;
  readonly #syncs: FollowerSync;
  readonly #egress: EgressAddresses;
  readonly #http: HttpConfig;
  readonly #clock: Clock;

  constructor(
    health: AccountHealthReader,
    templates: TemplatesService,
    syncs: FollowerSync,
    egress: EgressAddresses,
    http: HttpConfig,
    clock: Clock,
  ) {
    this.#health = health;
    this.#templates = templates;
    this.#syncs = syncs;
    this.#egress = egress;
    this.#http = http;
    this.#clock = clock;
  }

  async of(account: CheckedAccount, check: CheckRow | undefined): Promise<Facts> {
    const [token, { items }, sync, [egress]] = await Promise.all([
      this.#health.tokenOf(account),
      this.#templates.list(account, undefined, MOST_TEMPLATES),
      this.#syncs.find(account.id),
      this.#egress.list(),
    ]);
    const { publicUrl } = this.#http;
    const isPretended = account.apiBase !== null;
    const now = this.#clock.now();
    return {
      account,
      token,
      tries: check === undefined ? {} : openTries(check, now),
      callbackUrl: isPretended ? null : callbackUrlOf(account.appid, publicUrl),
      callbackUrlFaults: isPretended ? [] : callbackUrlFaults(publicUrl),
      ip: egress?.ip ?? null,
      templates: items.length,
      followers: sync ?? null,
      now,
    };
  }
}

/** WeChat allows 25 a family. */
const MOST_TEMPLATES = 100;

/** What a process that died was at is not running any more. */
function openTries({ tries, startedAt, finishedAt }: CheckRow, now: Date): Tries {
  if (finishedAt !== null || now.getTime() - startedAt.getTime() < LONGEST_MS) return tries;
  return Object.fromEntries(Object.entries(tries).filter(([, { state }]) => state !== 'running'));
}
