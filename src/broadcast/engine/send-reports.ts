import { Injectable, Logger } from '@nestjs/common';
import { maskOpenid } from '../../kernel/openid-mask.js';
import { Metrics } from '../../metrics/metrics.js';
import { WechatRefusal, WechatUnreachable } from '../../wechat/wechat.errors.js';
import type { Claim } from './claim.service.js';
import type { Outcome } from './outcome.js';
import { SendMeter } from './send-meter.js';

/** Tells metrics, logs and the release window how the sends of this process went. */
@Injectable()
export class SendReports {
  readonly #logger = new Logger('Send');

  constructor(
    private readonly metrics: Metrics,
    private readonly meter: SendMeter,
  ) {}

  attempted(outcome: Outcome, tookMs: number): void {
    const errcode = outcome.kind === 'accepted' ? '0' : String(outcome.errcode ?? '');
    this.metrics.sends.inc({ outcome: outcome.kind, errcode });
    this.metrics.sendSeconds.observe(tookMs / 1_000);
    this.meter.answered(tookMs);
  }

  /** A refusal or a lost answer is everyday; anything else is a fault of ours and somebody must act. */
  failed({ broadcastId, openid, attempts }: Claim, error: unknown): void {
    const known = error instanceof WechatRefusal || error instanceof WechatUnreachable;
    const fields = { broadcastId, openid: maskOpenid(openid), attempts, err: error };
    if (known) this.#logger.debug(fields, 'not accepted');
    else this.#logger.error(fields, 'a send failed for a reason of our own');
  }
}
