import type { HoldCode } from '../record/hold-codes.js';

/** When a share of one kind among the answers or receipts of a broadcast is too large. */
export interface FailureRateThreshold {
  /** Trips above this share. */
  readonly maxShare: number;
  /** Fewer than this say nothing yet. */
  readonly from: number;
  /** The breaker watches the first so many; a broadcast that got so far without tripping is left alone by it. */
  readonly upTo: number;
}

/**
 * 40003 comes singly where a list is old; where it comes in numbers, the list is another account's, and every
 * call for it is lost. WeChat's own pages name no figure; one in twenty is far above any list that was ours.
 */
const WRONG_ACCOUNT: FailureRateThreshold = { maxShare: 0.05, from: 100, upTo: Infinity };

/**
 * One in five: a list half a year old has lost fewer. In the first thousand, because that is enough to tell
 * and little enough to be worth stopping for.
 */
const REFUSALS: FailureRateThreshold = { maxShare: 0.2, from: 100, upTo: 1_000 };

/**
 * 拒收: people who blocked the account's messages. WeChat bans templates that annoy people, and asks nobody
 * before it does: one in five is the least that no usual audience shows.
 */
const BLOCKS: FailureRateThreshold = { maxShare: 0.2, from: 100, upTo: 1_000 };

export type FailureRateCode = Extract<HoldCode, 'wrong_account' | 'refusals' | 'blocks'>;

/** Tested in this order: the more exact reason first. */
export const FAILURE_RATE_THRESHOLDS: Readonly<Record<FailureRateCode, FailureRateThreshold>> = {
  wrong_account: WRONG_ACCOUNT,
  refusals: REFUSALS,
  blocks: BLOCKS,
};

/** What `count` of `among` means: the breaker trips, waits for more, or is over for good. */
export function decide(
  { maxShare, from, upTo }: FailureRateThreshold,
  count: number,
  among: number,
): 'trips' | 'waits' | 'is over' {
  if (among < from) return 'waits';
  if (count / among > maxShare) return 'trips';
  return among >= upTo ? 'is over' : 'waits';
}

/** When the same answer in a row, as one process sees it, is too much. */
export interface ConsecutiveFailureThreshold {
  readonly moreThan: number;
  /** And for at least so long. */
  readonly forMs: number;
}

export type ConsecutiveFailureCode = Extract<
  HoldCode,
  'unknown_code' | 'users_limited' | 'token_storm' | 'template_disputed'
>;

export const CONSECUTIVE_FAILURE_THRESHOLDS: Readonly<
  Record<ConsecutiveFailureCode, ConsecutiveFailureThreshold>
> = {
  /** A code that nobody knows, twenty people in a row: it is not about them. */
  unknown_code: { moreThan: 20, forMs: 0 },
  /** 50002 is about one person's account, or about ours: WeChat's own pages disagree. */
  users_limited: { moreThan: 20, forMs: 0 },
  /** A renewal under way fails all that is in flight, hundreds perhaps; ten seconds are more than it takes. */
  token_storm: { moreThan: 20, forMs: 10_000 },
  /** WeChat lists the template and refuses it: this was seen to pass within eleven minutes. */
  template_disputed: { moreThan: 20, forMs: 20 * 60_000 },
};

/** A token lives for two hours. One renewal in a minute is chance, more are a second system that renews it too. */
export const TOKEN_RENEWALS = { moreThan: 3, withinMs: 60_000 } as const;

/** Of the canary's messages; one in ten is half of what stops a broadcast later, because these are few. */
export const CANARY_MAX_FAILED_SHARE = 0.1;
/** Receipts come within seconds. After this long, in minutes, those that have not come are called missing. */
export const CANARY_WAIT_MINUTES = 10;
/** With more of them missing, the callback is out of order, and nothing is known of who blocks us. */
export const CANARY_MAX_MISSING_SHARE = 0.5;
