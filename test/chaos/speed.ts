/** Sends of one account in a second. */
export interface Speed {
  /** How many the account allows. */
  readonly rate: number;
  /** The most that WeChat saw come in, over any second in steps of a tenth. */
  readonly peak: number;
}

/**
 * Above the rate come a tenth of it, at least one, for the bucket that was full when the second began, and as much again
 * for what a process that stood still had claimed before the second: a freeze, or a machine without a processor for
 * it. More is never granted in one flush, and a claim of over two seconds is not sent. One more is the step with
 * which the second begins and ends.
 */
export const mostAllowed = ({ rate }: Speed): number => rate + 2 * Math.max(1, rate / 10) + 1;

export const isTooFast = (speed: Speed): boolean => speed.peak > mostAllowed(speed);
