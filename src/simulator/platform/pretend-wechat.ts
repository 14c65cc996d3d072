import type { Account } from '../accounts/account.js';
import type { AccountPatch } from '../settings/account-settings.js';
import { Accounts } from '../accounts/accounts.js';
import { SimulatedClock } from '../kernel/simulated-clock.js';
import type { FaultRule, FaultView } from '../faults/fault-rule.js';
import { readFaultRule } from '../faults/fault-rule-reader.js';
import type { FormIdOrder, FormIdView, IssuedFormId } from '../form-ids/form-id.js';
import { Faults } from '../faults/faults.js';
import type { FollowerChange, AppliedChange } from '../followers/follower-changes.js';
import { ledgerPage, type LedgerPage, type LedgerQuery } from '../reports/ledger-page.js';
import { SendMeter } from '../meters/send-meter.js';
import { statistics, type Statistics } from '../reports/statistics.js';
import { Rejection } from '../kernel/rejection.js';
import { SeededRandom } from '../kernel/seeded-random.js';
import type { CallbackAnswer } from '../pushes/callback-answer.js';
import { pushText, type PushOrder } from '../pushes/push-order.js';
import type { ReviewView } from '../reviews/review.js';
import { applySceneOrder, applyGrantOrder } from '../subscriptions/apply-grant-order.js';
import type { GrantOrder, GrantPushes, SceneOrder } from '../subscriptions/grant-order.js';
import type { HeldGrant } from '../subscriptions/grants.js';
import { TokenService } from '../tokens/token-service.js';
import { RidStore } from './rid-store.js';

export type FollowerOrder = FollowerChange & {
  /** The change waits until so many pages of user/get were served. */
  readonly afterPages?: number;
  /** Whether the change is pushed to the callback. */
  readonly push?: boolean;
};

/** The whole simulated WeChat, without its HTTP. */
export class PretendWechat {
  readonly clock = new SimulatedClock();
  readonly faults = new Faults();
  readonly accounts: Accounts;
  readonly tokens: TokenService;
  readonly rids: RidStore;
  /** The sends of all accounts, and those without a valid token. */
  sendMeter = new SendMeter();

  constructor(seed: number, log: (line: string) => void) {
    this.accounts = new Accounts(this.clock, seed, log);
    this.tokens = new TokenService(this.clock);
    this.rids = new RidStore(new SeededRandom(seed));
  }

  /** The account with this appid. Without an appid it is the first account. */
  account(appid?: string): Account {
    return this.accounts.requireAccount(appid);
  }

  /** Adds an account, or changes the one with this appid. */
  putAccount(patch: AccountPatch): Account {
    return this.accounts.put(patch);
  }

  /** From now on the rule applies to the calls that it meets. */
  addFault(rule: FaultRule): FaultView {
    return this.faults.add(readFaultRule(rule));
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** A page of what each openid was sent and saw. */
  ledger(query: LedgerQuery & { readonly appid?: string } = {}): LedgerPage {
    return ledgerPage(this.account(query.appid), query);
  }

  stats(appid?: string): Statistics {
    return appid === undefined
      ? statistics(this.accounts.list(), this.sendMeter)
      : statistics([this.account(appid)], this.account(appid).sendMeter);
  }

  /** Forgets messages and counts, and drops waiting receipts. Accounts, followers, grants, tokens and faults stay. */
  reset(): void {
    for (const account of this.accounts.list()) account.reset();
    this.sendMeter = new SendMeter();
  }

  /** Every token of the account stops working now. See `TokenService.expire`. */
  expireTokens(appid?: string, errcode: 40001 | 42001 = 42001, stuck = false): void {
    this.tokens.expire(this.account(appid), errcode, stuck);
  }

  /** Pushes something to the callback of the account, and waits for the last answer. */
  async push(
    order: PushOrder,
    appid?: string,
  ): Promise<CallbackAnswer & { readonly tries: number }> {
    const account = this.account(appid);
    const openid = order.openid ?? account.openid(0);
    return account.pushes.push({
      openid,
      text: pushText(account.settings, order, openid, this.clock.now()),
    });
  }

  /**
   * Somebody scans a code of `qrcode/create`, and follows by it where they did not. Resolves with the callback's answer.
   *
   * @param url what is drawn
   */
  scan(openid: string, url: string, appid?: string): Promise<CallbackAnswer & { tries: number }> {
    const account = this.account(appid);
    const code = account.scenes.find(url);
    if (code === undefined) throw new Rejection(`there is no such code, or it is over: ${url}`);
    const follower = account.followers.find(openid);
    if (follower === undefined) throw new Rejection(`${openid} never followed this account`);
    const { ticket: Ticket, scene } = code;
    if (account.followers.follows(follower))
      return this.push({ openid, event: 'SCAN', fields: { EventKey: scene, Ticket } }, appid);
    account.changes.apply({ subscribe: [openid] });
    const fields = { EventKey: `qrscene_${scene}`, Ticket };
    return this.push({ openid, event: 'subscribe', fields }, appid);
  }

  /** People answer whether messages may come. Resolves once all answers were pushed. */
  grant(order: GrantOrder, appid?: string): Promise<GrantPushes> {
    return applyGrantOrder(this.account(appid), this.clock, order);
  }

  /** People agree to a one-time message for an occasion. */
  grantScene(order: SceneOrder, appid?: string): void {
    applySceneOrder(this.account(appid), order);
  }

  /** The grants that a person still has, whatever the account believes. */
  grants(openid: string, appid?: string): HeldGrant[] {
    const { grants, followers } = this.account(appid);
    const follower = followers.find(openid);
    return follower === undefined ? [] : grants.listOf(follower);
  }

  /** People submit forms and pay. Returns the form_ids that the account collects. */
  issueFormIds(order: FormIdOrder, appid?: string): IssuedFormId[] {
    return this.account(appid).formIds.issue(order);
  }

  /** All reviews and their states. */
  reviews(openid?: string, appid?: string): ReviewView[] {
    return this.account(appid).reviews.list(openid);
  }

  /** The states of a person's form_ids. */
  formIds(openid: string, appid?: string): FormIdView[] {
    return this.account(appid).formIds.of(openid);
  }

  /** Somebody refuses the account's messages, or takes them again. Throws for who never followed. */
  refuseMessages(openid: string, refuses: boolean, appid?: string): void {
    const { followers, refusing } = this.account(appid);
    const follower = followers.find(openid);
    if (follower === undefined) throw new Rejection(`${openid} never followed this account`);
    if (refuses) refusing.add(follower);
    else refusing.delete(follower);
  }

  /** People follow and leave. Undefined if the change waits for pages. */
  moveFollowers(order: FollowerOrder, appid?: string): AppliedChange | undefined {
    const account = this.account(appid);
    const afterwards = (applied: AppliedChange): void => {
      if (order.push && account.settings.callback.url) this.#pushChange(account, applied);
    };
    if (order.afterPages !== undefined) {
      account.changes.applyAfterPages(order.afterPages, order, afterwards);
      return undefined;
    }
    const applied = account.changes.apply(order);
    afterwards(applied);
    return applied;
  }

  #pushChange({ appid }: Account, { subscribed, unsubscribed }: AppliedChange): void {
    for (const openid of subscribed)
      void this.push({ openid, event: 'subscribe', fields: { EventKey: '' } }, appid);
    for (const openid of unsubscribed)
      void this.push({ openid, event: 'unsubscribe', fields: { EventKey: '' } }, appid);
  }
}
