import { seen } from '../holds/seen.js';
import { Injectable, Logger } from '@nestjs/common';
import { WechatRefusal } from '../../../wechat/wechat.errors.js';
import { ConsecutiveFailures, type ConsecutiveFailure } from './consecutive-failures.js';
import type { Sent } from '../record/addressee.js';
import { consecutiveFailureText } from './breaker-texts.js';
import { type Hold, Holds } from '../holds/holds.js';

/** Holds a broadcast of which too many sends in a row fail in the same way. */
@Injectable()
export class ConsecutiveFailureBreaker {
  readonly #logger = new Logger(ConsecutiveFailureBreaker.name);
  readonly #failures = new ConsecutiveFailures();
  readonly #holds: Holds;

  constructor(holds: Holds) {
    this.#holds = holds;
  }

  /**
   * Called for every answer; `error` is what the send threw, undefined where WeChat accepted. The caller does not wait
   * for the hold: where it could not be written, the next failures ask for it again.
   */
  answered(to: Sent, error?: unknown): void {
    const failure = this.#failures.answered(to.broadcastId, error, performance.now());
    if (!failure) return;
    this.#hold(to, failure, error).catch((err: unknown) =>
      this.#logger.warn(
        { broadcastId: to.broadcastId, code: failure.code, err },
        'a broadcast that fails again and again is not held yet',
      ),
    );
  }

  async #hold(
    { broadcastId, openid }: Sent,
    failure: ConsecutiveFailure,
    error: unknown,
  ): Promise<void> {
    const { code, errcode } = failure;
    const rid = error instanceof WechatRefusal ? error.rid : null;
    const what = seen(consecutiveFailureText(failure));
    const hold: Hold = { reason: 'problem', code, errcode, rid, ...what, openid };
    const isNew = await (code === 'unknown_code' || code === 'users_limited'
      ? this.#holds.trip(broadcastId, `${code}:${errcode}`, hold)
      : // No message gets through while it lasts, so a person cannot decide once and for all to go on.
        this.#holds.hold(broadcastId, hold));
    if (isNew) this.#logger.warn({ broadcastId, code, errcode, rid }, 'broadcast held');
  }
}
