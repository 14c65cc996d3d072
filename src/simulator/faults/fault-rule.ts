import type { ReceiptSettings } from '../settings/account-settings.js';
import type { ReviewRule } from '../reviews/review.js';
import type { FaultEnding } from './fault-plan.js';

/** Which calls a rule meets. All given conditions must hold; the counted ones are asked last, in this order. */
export type FaultCondition = {
  /** Endpoint path; left out: every way of sending. `*`: every endpoint. */
  readonly path?: string;
  readonly appid?: string;
  readonly openids?: readonly string[];
  /** Sends to those who have left (by share or by leaving) pass untouched and uncounted. */
  readonly sparingLeft?: boolean;
  /** Lets this many calls pass first. */
  readonly skip?: number;
  /** Of every so many calls, the first `length` (default 1): bursts. */
  readonly every?: number;
  readonly length?: number;
  /** Share of calls, drawn from a generator of the rule's own. */
  readonly probability?: number;
  readonly seed?: number;
  /** The rule is spent after this many. */
  readonly times?: number;
};

/** What a rule does. `accepted` on an ending: the message is sent nevertheless. */
export type FaultAction =
  | (FaultEnding & { readonly accepted?: boolean })
  /** Before the call is carried out, or with `accepted` between that and its answer. */
  | { readonly kind: 'delay'; readonly ms: number; readonly accepted?: boolean }
  | { readonly kind: 'fate'; readonly status: string }
  /** A template message is reviewed, and this is how that ends. */
  | ({ readonly kind: 'review' } & ReviewRule)
  | { readonly kind: 'receipt'; readonly settings: Partial<ReceiptSettings> };

export type FaultRule = {
  readonly when?: FaultCondition;
  readonly fault: FaultAction;
  /** Keeps whom it met; left out, only how often, which costs no memory. */
  readonly remember?: boolean;
};

/** A rule in force. */
export type FaultView = FaultRule & {
  readonly id: number;
  readonly met: number;
  /** Of a rule that remembers: whom it met, each once. */
  readonly metOpenids?: readonly string[];
};
