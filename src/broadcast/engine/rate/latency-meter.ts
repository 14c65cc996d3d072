import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../../accounts/account.js';
import { SendingConfig } from '../../../config/config.js';
import { PaceControl } from '../../../pacing/pace-control.js';
import { type AnswerMood, CongestionSignals, type RateVerdict } from './congestion-signals.js';

/** Weight of the newest send in the running mean of the latency. */
const SMOOTHING = 0.02;
/** Milliseconds assumed before the first answer. */
const USUAL_LATENCY = 100;

/** Measures WeChat's answers to this process, by account: how long they take, and whether the rate is too high. */
@Injectable()
export class LatencyMeter {
  readonly #logger = new Logger(LatencyMeter.name);
  readonly #accounts = new Map<number, { latencyMs: number; signals: CongestionSignals }>();
  readonly #pace: PaceControl;
  readonly #sending: SendingConfig;

  constructor(pace: PaceControl, sending: SendingConfig) {
    this.#pace = pace;
    this.#sending = sending;
  }

  answered(account: Account, errcode: number | undefined, latencyMs: number): void {
    let meter = this.#accounts.get(account.id);
    if (!meter) {
      meter = { latencyMs, signals: new CongestionSignals() };
      this.#accounts.set(account.id, meter);
    }
    meter.latencyMs += SMOOTHING * (latencyMs - meter.latencyMs);
    const verdict = meter.signals.answered(moodOf(errcode), latencyMs, performance.now());
    if (verdict)
      this.#act(account, verdict).catch((err: unknown) =>
        this.#logger.warn(
          { appid: account.appid, err },
          'the rate of the account was not changed; the next second tries again',
        ),
      );
  }

  /** Running mean in milliseconds: release sizes its window by it. */
  latencyMs(accountId: number): number {
    return this.#accounts.get(accountId)?.latencyMs ?? USUAL_LATENCY;
  }

  async #act(account: Account, { backoffReason, serial }: RateVerdict): Promise<void> {
    const cap = account.sendsPerSecond ?? this.#sending.sendsPerSecond;
    if (backoffReason && (await this.#pace.backOff(account.id, backoffReason, cap)))
      this.#logger.warn(
        { appid: account.appid, backoffReason },
        'WeChat signals congestion: the rate of the account is halved',
      );
    await this.#pace.setSerial(account.id, serial);
  }
}

function moodOf(errcode: number | undefined): AnswerMood {
  if (errcode === -1) return 'busy';
  return errcode === 43117 ? 'frequent' : 'fine';
}
