import { Injectable, Logger } from '@nestjs/common';
import type { CallbackKeys } from '../accounts/account-secrets.js';
import { CallbackNotes } from '../accounts/callback-notes.js';
import { Clock } from '../kernel/clock.js';
import { Metrics } from '../metrics/metrics.js';
import { CallbackRefusal } from './callback-refusal.js';
import type { CallbackQuery } from './open-push.js';
import { LogThrottle } from '../kernel/log-throttle.js';
import { SeenStamps } from './seen-stamps.js';

/** The skew of a signature of about now, whose clock agrees with ours. */
const FRESH_MS = 5 * 60_000;
/** WeChat repeats a push within seconds, so an honest stamp is never older. */
const LARGEST_SKEW_MS = 15 * 60_000;

/**
 * Checks when and how often a signature is used: it covers a second and a nonce, and in plain mode nothing of the body.
 * Called only after the signature itself was checked.
 */
@Injectable()
export class StampCheck {
  readonly #logger = new Logger(StampCheck.name);
  readonly #throttle = new LogThrottle();
  #seen: SeenStamps | undefined;
  #told = 0;
  readonly #notes: CallbackNotes;
  readonly #clock: Clock;
  readonly #metrics: Metrics;

  constructor(notes: CallbackNotes, clock: Clock, metrics: Metrics) {
    this.#notes = notes;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** Once an account's stamps have been fresh, a stamp of another time is not WeChat's. */
  checkAge({ accountId, appid, hasShownFresh }: CallbackKeys, { timestamp }: CallbackQuery): void {
    const skewMs = this.#skewOf(Number(timestamp) * 1_000);
    if (skewMs <= FRESH_MS) {
      if (!hasShownFresh) this.#notes.fresh(accountId);
      return;
    }
    if (skewMs > LARGEST_SKEW_MS && (hasShownFresh || this.#notes.hasBeenFresh(accountId)))
      throw new CallbackRefusal('stale');
    if (this.#throttle.due(`${appid} skew`))
      this.#logger.warn(
        `push for ${appid} was signed ${Math.round(skewMs / 1000)} s from now: is a clock wrong?`,
      );
  }

  /** In plain mode: a fourth body under one stamp is not WeChat's. The same body again is a retry. */
  checkBody({ accountId, appid }: CallbackKeys, query: CallbackQuery, body: Buffer): void {
    this.#seen ??= new SeenStamps();
    const stamp = `${accountId} ${String(query['timestamp'])} ${String(query['nonce'])}`;
    const isTaken = this.#seen.take(stamp, body, this.#clock.now().getTime());
    this.#countForgotten(this.#seen.forgotten);
    if (!isTaken) {
      this.#logger.debug(`a stamp of ${appid} came with too many bodies`);
      throw new CallbackRefusal('replayed');
    }
  }

  #countForgotten(forgotten: number): void {
    if (forgotten === this.#told) return;
    this.#metrics.stampsForgotten.inc(forgotten - this.#told);
    this.#told = forgotten;
    if (this.#throttle.due('forgotten'))
      this.#logger.warn(
        'so many pushes come that stamps are forgotten before they are 15 minutes old: for a while a replay of them is not noticed',
      );
  }

  /** By either clock: tests move ours, and WeChat's not always with it. */
  #skewOf(stampMs: number): number {
    const [ours, real] = [this.#clock.now().getTime(), Date.now()];
    const skewMs = Math.min(Math.abs(ours - stampMs), Math.abs(real - stampMs));
    return Number.isNaN(skewMs) ? Infinity : skewMs;
  }
}
