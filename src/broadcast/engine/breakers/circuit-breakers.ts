import { Injectable, Logger } from '@nestjs/common';
import { WechatRefusal } from '../../../wechat/wechat.errors.js';
import { ConsecutiveFailures, type ConsecutiveFailure } from './consecutive-failures.js';
import type { Sent } from '../record/addressee.js';
import { consecutiveFailureText } from './breaker-texts.js';
import { type Hold, Holds } from '../holds/holds.js';

/** Holds a broadcast to which WeChat says the same again and again. */
@Injectable()
export class CircuitBreakers {
  readonly #logger = new Logger(CircuitBreakers.name);
  readonly #streaks = new ConsecutiveFailures();
  readonly #holds: Holds;

  constructor(holds: Holds) {
    this.#holds = holds;
  }

  /**
   * Called for every answer; `error` is what the send threw, undefined where WeChat accepted. Nobody waits for
   * what follows: a hold that could not be written is asked for again by the next streak.
   */
  answered(to: Sent, error?: unknown): void {
    const streak = this.#streaks.answered(to.broadcastId, error, performance.now());
    if (!streak) return;
    this.#hold(to, streak, error).catch((err: unknown) =>
      this.#logger.warn({ broadcastId: to.broadcastId, brake: streak.code, err }, 'not held yet'),
    );
  }

  async #hold(
    { broadcastId, openid }: Sent,
    consecutiveFailure: ConsecutiveFailure,
    error: unknown,
  ): Promise<void> {
    const { code: brake, errcode } = consecutiveFailure;
    const rid = error instanceof WechatRefusal ? error.rid : null;
    const detail = consecutiveFailureText(consecutiveFailure);
    const hold: Hold = { reason: 'problem', code: brake, errcode, rid, detail, openid };
    const isNew = await (brake === 'unknown_code' || brake === 'users_limited'
      ? this.#holds.trip(broadcastId, `${brake}:${errcode}`, hold)
      : // Nothing gets through while it lasts: going on regardless is no decision that a person could take.
        this.#holds.hold(broadcastId, hold));
    if (isNew) this.#logger.warn({ broadcastId, code: brake, errcode, rid }, 'broadcast held');
  }
}
