/** Sends of one account in a second. */
export interface Speed {
  /** How many the account allows. */
  readonly rate: number;
  /** The most that WeChat saw come in, over any second in steps of a tenth. */
  readonly peak: number;
}

/**
 * Above the rate come a tenth of it, at least one, for the bucket that was full when the second began; and what one
 * flush may grant, a bucket and what is claimed ahead (decision 0016), for a process that stood still with its claims
 * in hand: a freeze, or a machine without a processor for it. A claim of over two seconds is not sent. One more is the
 * step with which the second begins and ends.
 */
export function peakLimit({ rate }: Speed): number {
  const bucket = Math.max(1, rate / 10);
  const ahead = Math.max(rate / 10, Math.min(25, rate * 0.3));
  return rate + bucket + (bucket + ahead) + 1;
}

export const isTooFast = (speed: Speed): boolean => speed.peak > peakLimit(speed);
