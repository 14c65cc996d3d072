import type { ReceiptSettings } from '../settings/account-settings.js';
import type { ReviewRule } from '../reviews/review.js';
import type { FaultEnding } from './fault-plan.js';

/** The calls that a rule meets. All given conditions must hold. Those that count are checked last, in this order. */
export type FaultCondition = {
  /** The path of the endpoint. Without it the rule meets every way of sending, and with `*` every endpoint. */
  readonly path?: string;
  readonly appid?: string;
  readonly openids?: readonly string[];
  /** Sends to those who have left pass, and are not counted. */
  readonly sparingLeft?: boolean;
  /** Lets this many calls pass first. */
  readonly skip?: number;
  /** The rule meets bursts: the first `length` (default 1) of so many calls. */
  readonly every?: number;
  readonly length?: number;
  /** A share of calls, drawn from a generator of this rule. */
  readonly probability?: number;
  readonly seed?: number;
  /** The rule ends after so many calls. */
  readonly times?: number;
};

/** The effect of a rule. With `accepted` on an ending the message is still sent. */
export type FaultAction =
  | (FaultEnding & { readonly accepted?: boolean })
  /** The delay comes before the call is executed, or with `accepted` before it is answered. */
  | { readonly kind: 'delay'; readonly ms: number; readonly accepted?: boolean }
  | { readonly kind: 'fate'; readonly status: string }
  /** A template message is reviewed with this end. */
  | ({ readonly kind: 'review' } & ReviewRule)
  | { readonly kind: 'receipt'; readonly settings: Partial<ReceiptSettings> };

export type FaultRule = {
  readonly when?: FaultCondition;
  readonly fault: FaultAction;
  /** The rule remembers whom it met. Otherwise it only counts, which costs no memory. */
  readonly remember?: boolean;
};

/** A rule in force. */
export type FaultView = FaultRule & {
  readonly id: number;
  readonly met: number;
  /** The openids that a remembering rule met, each once. */
  readonly metOpenids?: readonly string[];
};
