import type { ReceiptSettings } from '../settings/account-settings.js';
import type { ReviewRule } from '../reviews/review.js';

/** How a call ends instead of with its own answer. */
export type FaultEnding =
  | { readonly kind: 'errcode'; readonly errcode: number; readonly errmsg?: string }
  /** The connection closes without a byte. */
  | { readonly kind: 'drop' }
  /** The connection closes in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** Something between us and WeChat answers: a gateway page, or a body that is not JSON. */
  | { readonly kind: 'http'; readonly status: number; readonly body: string };

/** Everything the scripted faults do to one call, collected from all rules that met it. */
export type FaultPlan = {
  delayBeforeMs: number;
  delayAfterMs: number;
  /** `accepted`: the call is carried out all the same, only its answer is lost or wrong. */
  ending?: { readonly how: FaultEnding; readonly accepted: boolean };
  /** The Status of this message's receipt; anything but `success` is never seen on the phone. */
  fate?: string;
  receipt?: Partial<ReceiptSettings>;
  /** The platform takes this message into review. */
  review?: ReviewRule;
};
