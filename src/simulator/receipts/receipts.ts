import type { SeededRandom } from '../kernel/seeded-random.js';
import type { Followers } from '../followers/followers.js';
import type { Ledger } from '../ledger/ledger.js';
import type { CallbackPusher, PendingPush } from '../pushes/callback-pusher.js';
import type { AccountSettings, ReceiptSettings } from '../settings/account-settings.js';
import { hasReceipt, receiptText } from './receipt-text.js';

/** The account whose messages are reported. */
type Sender = {
  readonly settings: AccountSettings;
  readonly followers: Followers;
  readonly ledger: Ledger;
};

/** When and how often one message is reported, and whether its msgid is told. */
type ReceiptPlan = {
  readonly early: boolean;
  /** The delay of each push. A receipt that never comes has none. */
  readonly delaysMs: readonly number[];
  readonly zeroMsgid: boolean;
};

/** Added to the number of a ledger entry whose receipt carries the MsgID 0. */
const ZERO_MSGID = 0x4000_0000;

/** Plans the receipts of one account: late, early, twice or never, as its settings say. */
export class Receipts {
  readonly #sender: Sender;
  readonly #pusher: CallbackPusher;
  readonly #random: SeededRandom;
  #lastOrder = 0;

  constructor(sender: Sender, pusher: CallbackPusher, random: SeededRandom) {
    this.#sender = sender;
    this.#pusher = pusher;
    this.#random = random;
  }

  /**
   * Plans the receipt of an accepted message whose send will be answered in `latencyMs`.
   * For an early receipt the promise resolves once the callback has answered it.
   */
  announce(
    entry: number,
    latencyMs: number,
    overrides?: Partial<ReceiptSettings>,
  ): Promise<unknown> | undefined {
    const { ledger, settings } = this.#sender;
    const receipts = overrides ? { ...settings.receipts, ...overrides } : settings.receipts;
    const plan = this.#plan(receipts);
    const untilFinished = plan.early ? 0 : latencyMs + (plan.delaysMs[0] ?? 0);
    ledger.finish(entry, ledger.acceptedAt(entry) + untilFinished);
    if (!settings.callback.url || !hasReceipt(ledger.channel(entry))) return undefined;

    const item = plan.zeroMsgid ? entry + ZERO_MSGID : entry;
    plan.delaysMs
      .slice(plan.early ? 1 : 0)
      .forEach((delayMs) => this.#schedule(item, latencyMs + delayMs, receipts));
    if (!plan.early) return undefined;
    return new Promise((firstAnswer) => this.#pusher.post({ ...this.pushOf(item), firstAnswer }));
  }

  /** The push of a receipt that waited as a number. */
  pushOf(item: number): PendingPush {
    const { ledger, followers } = this.#sender;
    const entry = item % ZERO_MSGID;
    const openid = followers.openid(ledger.follower(entry));
    const text = receiptText(this.#sender, entry, openid, item >= ZERO_MSGID);
    return { push: { text, openid }, tries: 0, delivered: () => ledger.receiptAnswered(entry) };
  }

  #plan(settings: ReceiptSettings): ReceiptPlan {
    const random = this.#random;
    const never = random.chance(settings.never);
    const early = !never && random.chance(settings.early);
    const zeroMsgid = random.chance(settings.zeroMsgid);
    const delay = (): number => random.between(settings.delayMinMs, settings.delayMaxMs);
    const delaysMs = never ? [] : random.chance(settings.twice) ? [delay(), delay()] : [delay()];
    return { early, delaysMs, zeroMsgid };
  }

  #schedule(item: number, delayMs: number, { burstMs, shuffle }: ReceiptSettings): void {
    const at = performance.now() + delayMs;
    const dueAt = burstMs > 0 ? Math.ceil(at / burstMs) * burstMs : at;
    this.#pusher.schedule(item, dueAt, shuffle ? this.#random.uint32() : this.#lastOrder++ >>> 0);
  }
}
