import type { AccountSettings, ReceiptSettings } from '../accounts/account-settings.js';
import type { SimulatedClock } from '../clock.js';
import type { Followers } from '../followers/followers.js';
import type { Ledger } from '../ledger/ledger.js';
import { CallbackMeter } from '../meters/callback-meter.js';
import type { SeededRandom } from '../random.js';
import type { CallbackAnswer } from './callback-answer.js';
import { CallbackLine } from './callback-line.js';
import { DueQueue } from './due-queue.js';
import { envelope, sign, type Envelope } from './envelope.js';
import { eventText, type PushText } from './event-text.js';
import { planReceipt } from './receipt-plan.js';

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
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** Pushes receipts and other events to one account's callback: late, early, twice or never, as its settings say. */
export class ReceiptPusher {
  readonly meter = new CallbackMeter();
  readonly #waiting = new DueQueue();
  readonly #letters = new Map<number, Letter>();
  #idleListeners: (() => void)[] = [];
  #line: CallbackLine | undefined;
  #inFlight = 0;
  #lastLetter = 0;
  #lastOrder = 0;
  #armedFor = Infinity;
  #alarm: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly sender: Sender,
    private readonly clock: SimulatedClock,
    private readonly random: SeededRandom,
  ) {}

  get pending(): number {
    return this.#waiting.size + this.#inFlight;
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
    const { ledger, settings } = this.sender;
    const receipts = overrides ? { ...settings.receipts, ...overrides } : settings.receipts;
    const plan = planReceipt(receipts, this.random);
    const untilFinished = plan.early ? 0 : latencyMs + (plan.delaysMs[0] ?? 0);
    ledger.finish(entry, ledger.acceptedAt(entry) + untilFinished);
    if (!settings.callback.url) return undefined;

    const item = plan.zeroMsgid ? entry + ZERO_MSGID : entry;
    plan.delaysMs
      .slice(plan.early ? 1 : 0)
      .forEach((delayMs) => this.#schedule(item, latencyMs + delayMs, receipts));
    if (!plan.early) return undefined;
    return new Promise((firstAnswer) => this.#post({ ...this.#receipt(item), firstAnswer }));
  }

  /** Pushes anything, with retries; resolves with the last answer. Bypasses the receipts that wait. */
  push(push: PushText): Promise<CallbackAnswer & { readonly tries: number }> {
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
    const { token } = this.sender.settings.callback;
    const [timestamp, nonce] = [this.#timestamp(), this.#nonce()];
    const echostr = `${this.random.uint32()}${this.random.uint32()}`;
    const signature = sign([token, String(timestamp), nonce]);
    const answer = await this.#openLine().get(
      `signature=${signature}&echostr=${echostr}&timestamp=${timestamp}&nonce=${nonce}`,
    );
    return { verified: answer.status === 200 && answer.body === echostr, ...answer };
  }

  /** Resolves once nothing waits or is on its way. */
  whenIdle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Drops everything that waits. */
  clear(): void {
    this.#waiting.clear();
    const letters = [...this.#letters.values()];
    this.#letters.clear();
    const never: CallbackAnswer = { verdict: 'unanswered', status: 0, body: '', tookMs: 0 };
    for (const letter of letters) {
      letter.firstAnswer?.(never);
      letter.lastAnswer?.(never);
    }
    this.#tellIdle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#alarm);
    this.clear();
    await this.#line?.close();
  }

  #schedule(item: number, delayMs: number, { burstMs, shuffle }: ReceiptSettings): void {
    const at = performance.now() + delayMs;
    const dueAt = burstMs > 0 ? Math.ceil(at / burstMs) * burstMs : at;
    this.#waiting.put(item, dueAt, shuffle ? this.random.uint32() : this.#lastOrder++ >>> 0);
    this.#arm();
  }

  #post(letter: Letter, delayMs?: number): void {
    const key = this.#lastLetter++ % LETTER;
    this.#letters.set(key, letter);
    this.#waiting.put(LETTER + key, delayMs === undefined ? 0 : performance.now() + delayMs, 0);
    this.#pump();
  }

  /** One alarm for the whole queue, set for what is due first. */
  #arm(): void {
    const dueAt = this.#waiting.nextDueAt;
    if (dueAt >= this.#armedFor || this.#closed) return;
    clearTimeout(this.#alarm);
    this.#armedFor = dueAt;
    const waitMs = Math.min(Math.max(0, dueAt - performance.now()), LONGEST_TIMER_MS);
    this.#alarm = setTimeout(() => {
      this.#armedFor = Infinity;
      this.#pump();
    }, waitMs);
  }

  #pump(): void {
    const { concurrency } = this.sender.settings.receipts;
    while (this.#inFlight < concurrency && this.#waiting.nextDueAt <= performance.now()) {
      const item = this.#waiting.take();
      const letter = item === undefined ? undefined : this.#letterOf(item);
      if (letter) this.#try(letter);
    }
    // With every connection busy, the next answer pumps again.
    if (this.#inFlight < concurrency) this.#arm();
  }

  #letterOf(item: number): Letter | undefined {
    if (item < LETTER) return this.#receipt(item);
    const letter = this.#letters.get(item - LETTER);
    this.#letters.delete(item - LETTER);
    return letter;
  }

  #receipt(item: number): Letter {
    const { ledger, followers, settings } = this.sender;
    const entry = item % ZERO_MSGID;
    const openid = followers.openid(ledger.follower(entry));
    const { format } = settings.callback;
    const text = eventText(format, {
      ToUserName: settings.ghId,
      FromUserName: openid,
      CreateTime: Math.floor(ledger.finishedAt(entry) / 1000),
      MsgType: 'event',
      Event: 'TEMPLATESENDJOBFINISH',
      MsgID: item >= ZERO_MSGID ? 0 : ledger.msgid(entry),
      Status: ledger.status(entry),
    });
    return { push: { text, openid }, tries: 0, delivered: () => ledger.receiptAnswered(entry) };
  }

  #try(letter: Letter): void {
    const { settings } = this.sender;
    letter.tries++;
    if (!letter.posted || settings.receipts.resign) {
      const { text, openid } = letter.push;
      letter.posted = envelope(settings, text, {
        timestamp: this.#timestamp(),
        nonce: this.#nonce(),
        openid,
      });
    }
    this.#inFlight++;
    this.#openLine().post(letter.posted, settings.receipts.answerTimeoutMs, (answer) => {
      this.#inFlight--;
      this.#judge(letter, answer);
      this.#pump();
      this.#tellIdle();
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
    if (answer.verdict === 'illegal') {
      this.meter.illegal({
        status: answer.status,
        body: answer.body,
        at: new Date(this.clock.now()).toISOString(),
      });
    }
    const { tries, retryDelayMs } = this.sender.settings.receipts;
    if (letter.tries < tries && !this.#closed) {
      this.meter.retried();
      this.#post(letter, retryDelayMs);
    } else {
      this.meter.abandoned();
      letter.lastAnswer?.(answer);
    }
  }

  #openLine(): CallbackLine {
    const { callback, receipts } = this.sender.settings;
    if (this.#line?.url !== callback.url) {
      void this.#line?.close();
      this.#line = new CallbackLine(callback.url, receipts);
    }
    return this.#line;
  }

  #timestamp(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  #nonce(): string {
    return String(this.random.uint32());
  }

  #tellIdle(): void {
    if (this.pending > 0) return;
    const listeners = this.#idleListeners;
    this.#idleListeners = [];
    listeners.forEach((listener) => listener());
  }
}
