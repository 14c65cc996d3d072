import type { SeededRandom } from '../kernel/seeded-random.js';
import type { SimulatedClock } from '../kernel/simulated-clock.js';
import { Rejection } from '../kernel/rejection.js';
import type { AccountSettings } from '../settings/account-settings.js';
import type { CallbackAnswer } from './callback-answer.js';
import { CallbackClient } from './callback-client.js';
import { CallbackMeter } from './callback-meter.js';
import { sealPush, sign, type Envelope } from './envelope.js';
import type { PushText } from './event-text.js';
import { Outbox } from './outbox.js';

/** A push that waits or is on its way. */
export type PendingPush = {
  readonly push: PushText;
  /** Called when the callback has answered well. */
  readonly delivered?: () => void;
  readonly firstAnswer?: (answer: CallbackAnswer) => void;
  readonly lastAnswer?: (answer: CallbackAnswer) => void;
  tries: number;
  /** The first try as it was posted, for retries that are not signed anew. */
  posted?: Envelope;
};

/** Items of the outbox from here on are keys of pending pushes. Those below are the numbers of scheduled ones. */
const FIRST_KEY = 0x8000_0000;

const NO_ANSWER: CallbackAnswer = { verdict: 'unanswered', status: 0, body: '', tookMs: 0 };
/** Only so many illegal answers are logged: a wrong callback gives one for each recipient. */
const MAX_LOGGED = 20;

/** Pushes to the callback of one account, with retries. */
export class CallbackPusher {
  readonly meter = new CallbackMeter();
  /** Settings are read anew for each push, so that a changed callback counts at once. */
  readonly #account: { readonly settings: AccountSettings };
  readonly #clock: SimulatedClock;
  readonly #random: SeededRandom;
  readonly #log: (line: string) => void;
  readonly #scheduledPush: (item: number) => PendingPush;
  readonly #outbox = new Outbox(
    () => this.#account.settings.receipts.concurrency,
    (item) => this.#start(item),
  );
  readonly #pending = new Map<number, PendingPush>();
  #client: CallbackClient | undefined;
  #lastKey = 0;
  #closed = false;

  /** @param scheduledPush makes the push of a scheduled item when it is due */
  constructor(
    account: { readonly settings: AccountSettings },
    clock: SimulatedClock,
    random: SeededRandom,
    log: (line: string) => void,
    scheduledPush: (item: number) => PendingPush,
  ) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
    this.#scheduledPush = scheduledPush;
  }

  /** How many pushes wait or are on their way. */
  get pending(): number {
    return this.#outbox.pending;
  }

  /** Pushes anything, with retries, before all scheduled pushes. Resolves with the last answer. */
  push(push: PushText): Promise<CallbackAnswer & { readonly tries: number }> {
    this.#openClient();
    return new Promise((resolve) => {
      const pending: PendingPush = {
        push,
        tries: 0,
        lastAnswer: (answer) => resolve({ ...answer, tries: pending.tries }),
      };
      this.post(pending);
    });
  }

  /** A push without a delay goes before all scheduled pushes. */
  post(pending: PendingPush, delayMs?: number): void {
    const key = this.#lastKey++ % FIRST_KEY;
    this.#pending.set(key, pending);
    this.#outbox.put(FIRST_KEY + key, delayMs === undefined ? 0 : performance.now() + delayMs, 0);
    this.#outbox.startDue();
  }

  /** A scheduled push costs no memory but its number until `dueAt`, a time of `performance.now()`. */
  schedule(item: number, dueAt: number, order: number): void {
    this.#outbox.put(item, dueAt, order);
  }

  /** The GET that WeChat makes when the callback address of an account is saved. */
  async verify(): Promise<{
    readonly verified: boolean;
    readonly status: number;
    readonly body: string;
  }> {
    const { token } = this.#account.settings.callback;
    const [timestamp, nonce] = [this.#timestamp(), this.#nonce()];
    const echostr = `${this.#random.uint32()}${this.#random.uint32()}`;
    const signature = sign([token, String(timestamp), nonce]);
    const answer = await this.#openClient().get(
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
    const dropped = [...this.#pending.values()];
    this.#pending.clear();
    dropped.forEach(giveUp);
    this.#outbox.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.clear();
    this.#outbox.close();
    await this.#client?.close();
  }

  #start(item: number): void {
    const pending = this.#take(item);
    if (pending && this.#account.settings.callback.url) {
      this.#attempt(pending);
      return;
    }
    // The push was cleared, or its callback was removed while it waited.
    if (pending) giveUp(pending);
    this.#outbox.finished();
  }

  #take(item: number): PendingPush | undefined {
    if (item < FIRST_KEY) return this.#scheduledPush(item);
    const pending = this.#pending.get(item - FIRST_KEY);
    this.#pending.delete(item - FIRST_KEY);
    return pending;
  }

  #attempt(pending: PendingPush): void {
    const { settings } = this.#account;
    pending.tries++;
    if (!pending.posted || settings.receipts.resign) {
      const { text, openid } = pending.push;
      pending.posted = sealPush(settings, text, {
        timestamp: this.#timestamp(),
        nonce: this.#nonce(),
        openid,
      });
    }
    this.#openClient().post(pending.posted, settings.receipts.answerTimeoutMs, (answer) => {
      this.#settle(pending, answer);
      this.#outbox.finished();
    });
  }

  #settle(pending: PendingPush, answer: CallbackAnswer): void {
    if (pending.tries === 1) pending.firstAnswer?.(answer);
    if (!this.#closed) this.meter.recordAnswer(answer.verdict, answer.tookMs);
    if (answer.verdict === 'ok') {
      pending.delivered?.();
      pending.lastAnswer?.(answer);
      return;
    }
    if (answer.verdict === 'illegal') this.#report(answer);
    const { tries, retryDelayMs } = this.#account.settings.receipts;
    if (pending.tries < tries && !this.#closed) {
      this.meter.recordRetry();
      this.post(pending, retryDelayMs);
    } else {
      this.meter.recordAbandoned();
      pending.lastAnswer?.(answer);
    }
  }

  #report({ status, body }: CallbackAnswer): void {
    const at = new Date(this.#clock.now()).toISOString();
    if (this.meter.recordIllegal({ status, body, at }) <= MAX_LOGGED) {
      const { appid } = this.#account.settings;
      this.#log(
        `${appid}: illegal answer to a push: ${status} ${JSON.stringify(body.slice(0, 100))}`,
      );
    }
  }

  #openClient(): CallbackClient {
    const { appid, callback, receipts } = this.#account.settings;
    if (!callback.url) throw new Rejection(`account ${appid} has no callback`);
    if (this.#client?.url !== callback.url || this.#client.connections !== receipts.concurrency) {
      void this.#client?.retire();
      this.#client = new CallbackClient(callback.url, receipts);
    }
    return this.#client;
  }

  #timestamp(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #nonce(): string {
    return String(this.#random.uint32());
  }
}

function giveUp({ firstAnswer, lastAnswer }: PendingPush): void {
  firstAnswer?.(NO_ANSWER);
  lastAnswer?.(NO_ANSWER);
}
