/** The nature of a follower. `Population` has the shares. */
export type Nature = 'ordinary' | 'left' | 'blocking' | 'failing';

/** Disjoint shares of all followers, each between 0 and 1. */
export type Population = {
  /** `user/get` still lists them, and a send answers 43004. */
  readonly left: number;
  /** Their receipt says `failed:user block`. What needs a grant is refused: 43101, or 41031 on the retired API. */
  readonly blocking: number;
  /** Their receipt says `failed: system failed`. */
  readonly failing: number;
};

const GOLDEN = 0x9e3779b1;
const HALF = 0x8000_0000;

/**
 * The nature of the follower with this number. Multiples of the golden ratio fill [0, 1) evenly,
 * so every stretch of followers holds each share almost exactly, and the very first is ordinary.
 */
export const natureOf = (index: number, { left, blocking, failing }: Population): Nature => {
  const place = ((Math.imul(index, GOLDEN) + HALF) >>> 0) / 0x1_0000_0000;
  if (place < left) return 'left';
  if (place < left + blocking) return 'blocking';
  if (place < left + blocking + failing) return 'failing';
  return 'ordinary';
};
