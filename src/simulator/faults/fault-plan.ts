import type { ReceiptSettings } from '../settings/account-settings.js';
import type { ReviewRule } from '../reviews/review.js';

/** How a call ends instead of its own answer. */
export type FaultEnding =
  | { readonly kind: 'errcode'; readonly errcode: number; readonly errmsg?: string }
  /** The connection closes without a byte. */
  | { readonly kind: 'drop' }
  /** The connection closes in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** A gateway answers instead of WeChat, with a page or a body that is not JSON. */
  | { readonly kind: 'http'; readonly status: number; readonly body: string };

/** The effects of all matching rules on one call. */
export type FaultPlan = {
  delayBeforeMs: number;
  delayAfterMs: number;
  /** With `accepted` the call is executed, and only its answer is lost or wrong. */
  ending?: { readonly how: FaultEnding; readonly accepted: boolean };
  /** The Status of the message's receipt. The phone shows the message only with `success`. */
  fate?: string;
  receipt?: Partial<ReceiptSettings>;
  /** WeChat takes the message into review. */
  review?: ReviewRule;
};
