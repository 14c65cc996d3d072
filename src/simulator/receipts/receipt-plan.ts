import type { ReceiptSettings } from '../accounts/account-settings.js';
import type { SeededRandom } from '../random.js';

/** When, how often and how truthfully one message is reported. */
export type ReceiptPlan = {
  readonly early: boolean;
  /** Delays of the pushes, none for a receipt that never comes. */
  readonly delaysMs: readonly number[];
  readonly zeroMsgid: boolean;
};

export const planReceipt = (settings: ReceiptSettings, random: SeededRandom): ReceiptPlan => {
  const never = random.chance(settings.never);
  const early = !never && random.chance(settings.early);
  const zeroMsgid = random.chance(settings.zeroMsgid);
  const delay = (): number => random.between(settings.delayMinMs, settings.delayMaxMs);
  const delaysMs = never ? [] : random.chance(settings.twice) ? [delay(), delay()] : [delay()];
  return { early, delaysMs, zeroMsgid };
};
