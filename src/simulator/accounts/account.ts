import type { SimulatedClock } from '../clock.js';
import { FollowerChanges } from '../followers/follower-changes.js';
import { Followers } from '../followers/followers.js';
import { natureOf } from '../followers/population.js';
import { Ledger } from '../ledger/ledger.js';
import { SendMeter } from '../meters/send-meter.js';
import type { SeededRandom } from '../random.js';
import { Rejection } from '../rejection.js';
import { ReceiptPusher } from '../receipts/receipt-pusher.js';
import { CallQuotas } from '../sending/call-quotas.js';
import { TemplateBook } from '../templates/template-book.js';
import type { AccountPatch, AccountSettings } from './account-settings.js';
import { changeSettings } from './settings-patch.js';

/** One pretended account and all that WeChat keeps about it. */
export class Account {
  readonly followers: Followers;
  readonly changes: FollowerChanges;
  /** Numbers of followers the account itself has shut out. */
  readonly blacklist = new Set<number>();
  readonly templates: TemplateBook;
  readonly quotas: CallQuotas;
  readonly receipts: ReceiptPusher;
  meter = new SendMeter();
  ledger: Ledger;
  /** Sends whose client_msg_id came again within its window. */
  repeats = 0;
  /** Calls of the token endpoints that named this account, and how many of them got a token. */
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
    this.templates = new TemplateBook(settings.appid);
    this.quotas = new CallQuotas(this, clock);
    this.ledger = new Ledger(firstMsgid);
    this.receipts = new ReceiptPusher(this, clock, random, log);
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

  hasLeft(follower: number): boolean {
    return (
      !this.followers.follows(follower) || natureOf(follower, this.#settings.population) === 'left'
    );
  }

  /** Puts openids on the account's blacklist. */
  shutOut(openids: readonly string[]): void {
    for (const openid of openids) {
      const follower = this.followers.find(openid);
      if (follower === undefined) throw new Rejection(`${openid} never followed this account`);
      this.blacklist.add(follower);
    }
  }

  /** Forgets what was sent; followers, templates, tokens and quotas stay. */
  reset(): void {
    this.receipts.clear();
    this.receipts.meter.reset();
    this.ledger = new Ledger(this.ledger.nextMsgid);
    this.meter = new SendMeter();
    this.repeats = 0;
    this.tokenRequests = 0;
    this.tokensIssued = 0;
  }
}
