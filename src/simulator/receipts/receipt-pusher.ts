import type { AccountSettings, ReceiptSettings } from '../accounts/account-settings.js';
import type { SimulatedClock } from '../clock.js';
import type { Followers } from '../followers/followers.js';
import type { Ledger } from '../ledger/ledger.js';
import { CallbackMeter } from '../meters/callback-meter.js';
import type { SeededRandom } from '../random.js';
import { Rejection } from '../rejection.js';
import type { CallbackAnswer } from './callback-answer.js';
import { CallbackLine } from './callback-line.js';
import { envelope, sign, type Envelope } from './envelope.js';
import type { PushText } from './event-text.js';
import { Outbox } from './outbox.js';
import { planReceipt } from './receipt-plan.js';
import { hasReceipt, receiptText } from './receipt-text.js';

/** Whose events are pushed. Read anew for each push, so a changed callback counts at once. */
type Sender = {
  readonly settings: AccountSettings;
  readonly followers: Followers;
  readonly ledger: Ledger;
};

/** A push on its way. */
type Letter = {
  readonly push: PushText;
  /** Counts the answered receipt; undefined for pushes that are no receipts. */
  readonly delivered?: () => void;
  readonly firstAnswer?: (answer: CallbackAnswer) => void;
  readonly lastAnswer?: (answer: CallbackAnswer) => void;
  tries: number;
  /** What the first try looked like, for retries that are not signed anew. */
  posted?: Envelope;
};

// What waits in the queue is one number: an entry of the ledger, possibly with a mark, or the key of a letter.
const ZERO_MSGID = 0x4000_0000;
const LETTER = 0x8000_0000;

const NO_ANSWER: CallbackAnswer = { verdict: 'unanswered', status: 0, body: '', tookMs: 0 };
/** Illegal answers that are worth a line; a wrong callback gives one for each recipient. */
const MOST_LINES = 20;

/** Pushes receipts and other events to one account's callback: late, early, twice or never, as its settings say. */
export class ReceiptPusher {
  readonly #sender: Sender;
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;
  readonly #log: (line: string) => void;

  readonly meter = new CallbackMeter();
  readonly #outbox = new Outbox(
    () => this.#sender.settings.receipts.concurrency,
    (item) => this.#start(item),
  );
  readonly #letters = new Map<number, Letter>();
  #line: CallbackLine | undefined;
  #lastLetter = 0;
  #lastOrder = 0;
  #closed = false;

  constructor(
    sender: Sender,
    clock: SimulatedClock,
    random: SeededRandom,
    log: (line: string) => void,
  ) {
    this.#sender = sender;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
  }

  get pending(): number {
    return this.#outbox.pending;
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
    const plan = planReceipt(receipts, this.#random);
    const untilFinished = plan.early ? 0 : latencyMs + (plan.delaysMs[0] ?? 0);
    ledger.finish(entry, ledger.acceptedAt(entry) + untilFinished);
    if (!settings.callback.url || !hasReceipt(ledger.channel(entry))) return undefined;

    const item = plan.zeroMsgid ? entry + ZERO_MSGID : entry;
    plan.delaysMs
      .slice(plan.early ? 1 : 0)
      .forEach((delayMs) => this.#schedule(item, latencyMs + delayMs, receipts));
    if (!plan.early) return undefined;
    return new Promise((firstAnswer) => this.#post({ ...this.#receipt(item), firstAnswer }));
  }

  /** Pushes anything, with retries; resolves with the last answer. Bypasses the receipts that wait. */
  push(push: PushText): Promise<CallbackAnswer & { readonly tries: number }> {
    this.#openLine();
    return new Promise((resolve) => {
      const letter: Letter = {
        push,
        tries: 0,
        lastAnswer: (answer) => resolve({ ...answer, tries: letter.tries }),
      };
      this.#post(letter);
    });
  }

  /** The GET that WeChat makes when an account's callback address is saved. */
  async verify(): Promise<{
    readonly verified: boolean;
    readonly status: number;
    readonly body: string;
  }> {
    const { token } = this.#sender.settings.callback;
    const [timestamp, nonce] = [this.#timestamp(), this.#nonce()];
    const echostr = `${this.#random.uint32()}${this.#random.uint32()}`;
    const signature = sign([token, String(timestamp), nonce]);
    const answer = await this.#openLine().get(
      `signature=${signature}&echostr=${echostr}&timestamp=${timestamp}&nonce=${nonce}`,
    );
    return { verified: answer.status === 200 && answer.body === echostr, ...answer };
  }

  /** Resolves once nothing waits or is on its way. */
  whenIdle(): Promise<void> {
    return this.#outbox.whenIdle();
  }

  /** Drops everything that waits. */
  clear(): void {
    const letters = [...this.#letters.values()];
    this.#letters.clear();
    letters.forEach(giveUp);
    this.#outbox.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.clear();
    this.#outbox.close();
    await this.#line?.close();
  }

  #schedule(item: number, delayMs: number, { burstMs, shuffle }: ReceiptSettings): void {
    const at = performance.now() + delayMs;
    const dueAt = burstMs > 0 ? Math.ceil(at / burstMs) * burstMs : at;
    this.#outbox.put(item, dueAt, shuffle ? this.#random.uint32() : this.#lastOrder++ >>> 0);
  }

  /** Without a delay it goes before all receipts that wait. */
  #post(letter: Letter, delayMs?: number): void {
    const key = this.#lastLetter++ % LETTER;
    this.#letters.set(key, letter);
    this.#outbox.put(LETTER + key, delayMs === undefined ? 0 : performance.now() + delayMs, 0);
    this.#outbox.pump();
  }

  #start(item: number): void {
    const letter = this.#letterOf(item);
    if (letter && this.#sender.settings.callback.url) {
      this.#try(letter);
      return;
    }
    // The letter was cleared, or its callback taken away while it waited.
    if (letter) giveUp(letter);
    this.#outbox.ended();
  }

  #letterOf(item: number): Letter | undefined {
    if (item < LETTER) return this.#receipt(item);
    const letter = this.#letters.get(item - LETTER);
    this.#letters.delete(item - LETTER);
    return letter;
  }

  #receipt(item: number): Letter {
    const { ledger, followers } = this.#sender;
    const entry = item % ZERO_MSGID;
    const openid = followers.openid(ledger.follower(entry));
    const text = receiptText(this.#sender, entry, openid, item >= ZERO_MSGID);
    return { push: { text, openid }, tries: 0, delivered: () => ledger.receiptAnswered(entry) };
  }

  #try(letter: Letter): void {
    const { settings } = this.#sender;
    letter.tries++;
    if (!letter.posted || settings.receipts.resign) {
      const { text, openid } = letter.push;
      letter.posted = envelope(settings, text, {
        timestamp: this.#timestamp(),
        nonce: this.#nonce(),
        openid,
      });
    }
    this.#openLine().post(letter.posted, settings.receipts.answerTimeoutMs, (answer) => {
      this.#judge(letter, answer);
      this.#outbox.ended();
    });
  }

  #judge(letter: Letter, answer: CallbackAnswer): void {
    if (letter.tries === 1) letter.firstAnswer?.(answer);
    if (!this.#closed) this.meter.judged(answer.verdict, answer.tookMs);
    if (answer.verdict === 'ok') {
      letter.delivered?.();
      letter.lastAnswer?.(answer);
      return;
    }
    if (answer.verdict === 'illegal') this.#report(answer);
    const { tries, retryDelayMs } = this.#sender.settings.receipts;
    if (letter.tries < tries && !this.#closed) {
      this.meter.retried();
      this.#post(letter, retryDelayMs);
    } else {
      this.meter.abandoned();
      letter.lastAnswer?.(answer);
    }
  }

  #report({ status, body }: CallbackAnswer): void {
    const at = new Date(this.#clock.now()).toISOString();
    if (this.meter.illegal({ status, body, at }) <= MOST_LINES) {
      const { appid } = this.#sender.settings;
      this.#log(
        `${appid}: illegal answer to a push: ${status} ${JSON.stringify(body.slice(0, 100))}`,
      );
    }
  }

  #openLine(): CallbackLine {
    const { callback, receipts } = this.#sender.settings;
    if (!callback.url)
      throw new Rejection(`account ${this.#sender.settings.appid} has no callback`);
    if (this.#line?.url !== callback.url || this.#line.connections !== receipts.concurrency) {
      void this.#line?.retire();
      this.#line = new CallbackLine(callback.url, receipts);
    }
    return this.#line;
  }

  #timestamp(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #nonce(): string {
    return String(this.#random.uint32());
  }
}

function giveUp({ firstAnswer, lastAnswer }: Letter): void {
  firstAnswer?.(NO_ANSWER);
  lastAnswer?.(NO_ANSWER);
}
