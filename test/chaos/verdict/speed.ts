/** The sends of one account in a second. */
export interface Speed {
  /** The allowed rate of the account. */
  readonly rate: number;
  /** The most sends that WeChat saw in any second, in steps of a tenth. */
  readonly peak: number;
}

/**
 * Adds three things to the rate. A bucket may be full when the second begins: a tenth of the rate, at least one. A
 * frozen process may send what one flush granted: a bucket and the claims ahead (decision 0016). A claim of over two
 * seconds is not sent. One more send counts for the step in which the second begins and ends.
 */
export function peakLimit({ rate }: Speed): number {
  const bucket = Math.max(1, rate / 10);
  const ahead = Math.max(rate / 10, Math.min(25, rate * 0.3));
  return rate + bucket + (bucket + ahead) + 1;
}

export const isTooFast = (speed: Speed): boolean => speed.peak > peakLimit(speed);
