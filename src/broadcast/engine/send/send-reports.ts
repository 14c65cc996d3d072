import { Injectable, Logger } from '@nestjs/common';
import { maskOpenid } from '../../../kernel/ids.js';
import { Metrics } from '../../../metrics/metrics.js';
import { AccountFaulted, TokenUnavailable } from '../../../token/store/token.errors.js';
import {
  NothingToSendWith,
  StaleWrite,
  UnprotectedDoubt,
  WechatRefusal,
  WechatUnreachable,
} from '../../../wechat/wechat.errors.js';
import type { Account } from '../../../accounts/account.js';
import { LatencyMeter } from '../rate/latency-meter.js';
import { ConsecutiveFailureBreaker } from '../breakers/consecutive-failure-breaker.js';
import { ReviewWatch } from '../breakers/review-watch.js';
import type { Claim } from './claim.service.js';
import type { Sent } from '../record/addressee.js';
import type { Outcome } from './outcome.js';

/** Errors that WeChat, the network or the account's state cause. A fault of the account is logged where it is found. */
const EVERYDAY = [
  WechatRefusal,
  WechatUnreachable,
  StaleWrite,
  UnprotectedDoubt,
  NothingToSendWith,
  AccountFaulted,
  TokenUnavailable,
];

/** Reports how the sends of this process went: to metrics, logs, the latency meter and the circuit breakers. */
@Injectable()
export class SendReports {
  readonly #logger = new Logger('Send');
  readonly #metrics: Metrics;
  readonly #meter: LatencyMeter;
  readonly #consecutiveFailureBreaker: ConsecutiveFailureBreaker;
  readonly #reviews: ReviewWatch;

  constructor(
    metrics: Metrics,
    meter: LatencyMeter,
    consecutiveFailureBreaker: ConsecutiveFailureBreaker,
    reviews: ReviewWatch,
  ) {
    this.#metrics = metrics;
    this.#meter = meter;
    this.#consecutiveFailureBreaker = consecutiveFailureBreaker;
    this.#reviews = reviews;
  }

  attempted(account: Account, outcome: Outcome, tookMs: number): void {
    const errcode =
      outcome.kind === 'accepted' ? 0 : 'errcode' in outcome ? outcome.errcode : undefined;
    // What is pretended is no figure of ours.
    if (account.apiBase === null) {
      this.#metrics.sends.inc({ outcome: outcome.kind, errcode: String(errcode ?? '') });
      this.#metrics.sendSeconds.observe(tookMs / 1_000);
    }
    this.#meter.answered(account, errcode, tookMs);
  }

  /** `failure` is what the send threw; undefined where WeChat accepted. */
  answered(to: Sent, failure: unknown): void {
    this.#consecutiveFailureBreaker.answered(to, failure);
    this.#reviews.answered(to, failure);
  }

  /** An everyday error is worth a debug line. Any other one is a fault of ours, and somebody must act. */
  failed({ broadcastId, openid, attempts }: Claim, error: unknown): void {
    const known = EVERYDAY.some((kind) => error instanceof kind);
    const fields = { broadcastId, openid: maskOpenid(openid), attempts, err: error };
    if (known) this.#logger.debug(fields, 'WeChat did not accept a message');
    else this.#logger.error(fields, 'a send failed for a reason of our own');
  }
}
