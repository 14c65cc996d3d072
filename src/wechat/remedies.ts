import { errcodeEntry, type Reaction } from './errcodes.js';

/** What happens next: one remedy for each reaction class, and one for each of the two limits. */
export type Remedy =
  | 'retry'
  | 'slow-down'
  | 'recipient-later'
  | 'renew-token'
  | 'wait-for-quota'
  | 'pause'
  | 'refuse'
  | 'duplicate'
  | 'in-review'
  | 'our-bug';

const BY_REACTION: Readonly<Record<Reaction, Remedy>> = {
  R: 'retry',
  RL: 'recipient-later',
  T: 'renew-token',
  P: 'pause',
  F: 'refuse',
  D: 'duplicate',
  V: 'in-review',
  B: 'our-bug',
  none: 'refuse', // it says nothing about the broadcast, so it concerns its recipient alone
};

const TOO_MANY_A_DAY = 45009;
const TOO_MANY_A_MINUTE = 45011;
/** Busy, and "system error": WeChat may have taken the message all the same. */
const AMBIGUOUS: ReadonlySet<number> = new Set([-1, 61450]);

/** WeChat has the message, or had it before. */
const NO_PROOF: ReadonlySet<Remedy> = new Set(['duplicate', 'in-review']);

/** A code we have never met concerns one recipient until many in a row say otherwise. */
export function remedyFor(errcode: number): Remedy {
  if (errcode === TOO_MANY_A_DAY) return 'wait-for-quota';
  if (errcode === TOO_MANY_A_MINUTE) return 'slow-down';
  return BY_REACTION[errcodeEntry(errcode)?.reaction ?? 'F'];
}

/**
 * Whether an answer with this errcode proves that the very request it answers sent nothing. What WeChat reviews it may
 * send by itself within the hour.
 */
export const isProofOfNotSent = (errcode: number): boolean =>
  errcode !== 0 && !AMBIGUOUS.has(errcode) && !NO_PROOF.has(remedyFor(errcode));
