import type { SimulatedClock } from '../kernel/simulated-clock.js';
import { FormIds } from '../form-ids/form-ids.js';
import { FollowerChanges } from '../followers/follower-changes.js';
import { Followers } from '../followers/followers.js';
import { TagStore } from '../followers/tag-store.js';
import { type Nature, natureOf } from '../followers/population.js';
import { Ledger } from '../ledger/ledger.js';
import { SendMeter } from '../meters/send-meter.js';
import type { SeededRandom } from '../kernel/seeded-random.js';
import { Rejection } from '../kernel/rejection.js';
import { CallbackPusher } from '../pushes/callback-pusher.js';
import { Receipts } from '../receipts/receipts.js';
import { Reviews } from '../reviews/reviews.js';
import { SceneCodes } from '../scenes/scene-codes.js';
import { CallQuotas } from '../quotas/call-quotas.js';
import { Grants } from '../subscriptions/grants.js';
import {
  DEFAULT_SUBSCRIPTION_TEMPLATES,
  DEFAULT_TEMPLATES,
} from '../templates/default-templates.js';
import { Industries } from '../templates/industries.js';
import { TemplateStore } from '../templates/template-store.js';
import type { AccountPatch, AccountSettings } from '../settings/account-settings.js';
import { changeSettings } from '../settings/settings-patch.js';

/** One simulated account, and everything that WeChat keeps about it. */
export class Account {
  readonly followers: Followers;
  readonly changes: FollowerChanges;
  readonly tags: TagStore;
  /** The account's remarks about some followers, by their number. */
  readonly remarks = new Map<number, string>();
  readonly industries: Industries;
  /** The numbers of followers on the account's blacklist. */
  readonly blacklist = new Set<number>();
  /** The numbers of people who refuse the account's messages, beside the share of the population that does. */
  readonly refusing = new Set<number>();
  /** Private templates. A mini program has those of the retired API. */
  readonly templates: TemplateStore;
  readonly subscriptionTemplates: TemplateStore;
  readonly grants = new Grants((id) => this.subscriptionTemplates.find(id)?.type === 3);
  readonly formIds: FormIds;
  /** Openids with a message in flight, where only one may be. */
  readonly sendsInFlight = new Set<string>();
  readonly quotas: CallQuotas;
  readonly pushes: CallbackPusher;
  readonly receipts: Receipts;
  readonly scenes: SceneCodes;
  readonly reviews: Reviews;
  sendMeter = new SendMeter();
  ledger: Ledger;
  /** How many sends repeated a client_msg_id within its window. */
  repeats = 0;
  /** How many calls of the token endpoints named this account, and how many of them got a token. */
  tokenRequests = 0;
  tokensIssued = 0;
  #settings: AccountSettings;

  constructor(
    settings: AccountSettings,
    firstMsgid: bigint,
    clock: SimulatedClock,
    readonly random: SeededRandom,
    log: (line: string) => void,
  ) {
    this.#settings = settings;
    this.followers = new Followers(settings.openidSeed || settings.appid, settings.followers);
    this.changes = new FollowerChanges(this.followers);
    this.tags = new TagStore(this.followers);
    this.industries = new Industries(clock);
    this.templates = new TemplateStore(settings.appid, DEFAULT_TEMPLATES);
    this.subscriptionTemplates = new TemplateStore(
      `${settings.appid} subscriptions`,
      DEFAULT_SUBSCRIPTION_TEMPLATES,
    );
    this.formIds = new FormIds(this.followers, clock, random);
    this.quotas = new CallQuotas(this, clock);
    this.scenes = new SceneCodes(clock, random);
    this.ledger = new Ledger(firstMsgid);
    this.pushes = new CallbackPusher(this, clock, random, log, (item) =>
      this.receipts.pushOf(item),
    );
    this.receipts = new Receipts(this, this.pushes, random);
    this.reviews = new Reviews(this, clock, random);
  }

  get settings(): AccountSettings {
    return this.#settings;
  }

  get appid(): string {
    return this.#settings.appid;
  }

  change(patch: AccountPatch): void {
    this.#settings = changeSettings(this.#settings, patch);
  }

  /** The openid of the follower with this number. */
  openid(follower: number): string {
    return this.followers.openid(follower);
  }

  natureOf(follower: number): Nature {
    return this.refusing.has(follower) ? 'blocking' : natureOf(follower, this.#settings.population);
  }

  hasLeft(follower: number): boolean {
    return (
      !this.followers.follows(follower) || natureOf(follower, this.#settings.population) === 'left'
    );
  }

  /** Puts openids on the account's blacklist. */
  addToBlacklist(openids: readonly string[]): void {
    for (const openid of openids) {
      const follower = this.followers.find(openid);
      if (follower === undefined) throw new Rejection(`${openid} never followed this account`);
      this.blacklist.add(follower);
    }
  }

  /** Forgets what was sent. Followers, templates, grants, form_ids, tokens and quotas stay. */
  reset(): void {
    this.pushes.clear();
    this.reviews.clear();
    this.pushes.meter.reset();
    this.ledger = new Ledger(this.ledger.nextMsgid);
    this.sendMeter = new SendMeter();
    this.grants.resetCounts();
    this.formIds.resetCounts();
    this.repeats = 0;
    this.tokenRequests = 0;
    this.tokensIssued = 0;
  }
}
