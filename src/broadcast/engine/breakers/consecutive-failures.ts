import { TokenUnavailable } from '../../../token/store/token.errors.js';
import { errcodeEntry } from '../../../wechat/errcodes.js';
import { remedyFor } from '../../../wechat/remedies.js';
import { WechatRefusal } from '../../../wechat/wechat.errors.js';
import { CONSECUTIVE_FAILURE_THRESHOLDS, type ConsecutiveFailureCode } from './thresholds.js';

/** Equal answers in a row, more of them than chance explains. */
export interface ConsecutiveFailure {
  readonly code: ConsecutiveFailureCode;
  readonly errcode: number;
  readonly count: number;
  readonly forMs: number;
}

interface Running {
  readonly code: ConsecutiveFailureCode;
  readonly errcode: number;
  readonly since: number;
  count: number;
}

const LIMITED_USER = 50002;
const NO_SUCH_TEMPLATE = 40037;
/** Broadcasts remembered at once, among them some that have ended. */
const MAX_REMEMBERED = 1_000;

/**
 * Notices when WeChat says the same of a broadcast again and again. In memory: each process sees enough of a
 * broadcast to tell. It runs for every message, so any other answer costs one look-up only.
 */
export class ConsecutiveFailures {
  readonly #running = new Map<string, Running>();

  /** `error` is what the send threw; left out, WeChat accepted. Returns the failure once it has come too often. */
  answered(broadcastId: string, error: unknown, now: number): ConsecutiveFailure | undefined {
    if (error === undefined) {
      this.#running.delete(broadcastId);
      return undefined;
    }
    if (saysNothing(error)) return undefined;
    const code = error instanceof WechatRefusal ? codeOf(error.errcode) : undefined;
    if (!code) {
      this.#running.delete(broadcastId);
      return undefined;
    }
    return this.#prolong(broadcastId, code, (error as WechatRefusal).errcode, now);
  }

  #prolong(
    broadcastId: string,
    code: ConsecutiveFailureCode,
    errcode: number,
    now: number,
  ): ConsecutiveFailure | undefined {
    let running = this.#running.get(broadcastId);
    if (!running || running.code !== code || !isSame(running, errcode)) {
      running = { code, errcode, since: now, count: 0 };
      this.#running.delete(broadcastId);
      this.#running.set(broadcastId, running);
      const [oldest] = this.#running.keys();
      if (this.#running.size > MAX_REMEMBERED && oldest !== undefined) this.#running.delete(oldest);
    }
    running.count++;
    const forMs = now - running.since;
    const threshold = CONSECUTIVE_FAILURE_THRESHOLDS[code];
    if (running.count <= threshold.moreThan || forMs < threshold.forMs) return undefined;
    // It is returned once; after that it takes as many again.
    this.#running.delete(broadcastId);
    return { code, errcode, count: running.count, forMs };
  }
}

/** Token errors count together, whatever their codes. */
const isSame = (running: Running, errcode: number): boolean =>
  running.code === 'token_storm' || running.errcode === errcode;

function codeOf(errcode: number): ConsecutiveFailureCode | undefined {
  if (errcode === NO_SUCH_TEMPLATE) return 'template_disputed';
  if (errcode === LIMITED_USER) return 'users_limited';
  if (remedyFor(errcode) === 'renew-token') return 'token_storm';
  return errcodeEntry(errcode) === undefined ? 'unknown_code' : undefined;
}

/**
 * A send without an answer, or with one that is about the moment, neither counts as a failure nor ends the row of them.
 * That includes a token that cannot be had: it passes by itself, or the account gets a fault, which a person sees.
 */
function saysNothing(error: unknown): boolean {
  if (error instanceof TokenUnavailable || !(error instanceof WechatRefusal)) return true;
  const remedy = remedyFor(error.errcode);
  return remedy === 'retry' || remedy === 'slow-down' || remedy === 'wait-for-quota';
}
