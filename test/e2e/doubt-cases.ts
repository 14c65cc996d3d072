import type { FaultAction } from '../../src/simulator/faults/fault-rule.js';

/** How the first try ends: each leaves us without knowing whether WeChat has the message. */
const FIRSTS = {
  'accepted and dropped': { kind: 'drop', accepted: true },
  'accepted and -1': { kind: 'errcode', errcode: -1, accepted: true },
  'dropped and not accepted': { kind: 'drop' },
} satisfies Readonly<Record<string, FaultAction>>;

type First = keyof typeof FIRSTS;

/** What the second try is answered with, so many times, and what the row becomes. */
interface Second {
  readonly errcode?: number;
  readonly times?: number;
  readonly becomes: 'accepted' | 'accepted without msgid' | 'unknown';
}

/** Once it is through, WeChat answers by itself: with the first message's msgid, where it has one. */
const SECONDS: readonly Second[] = [
  { becomes: 'accepted' },
  { errcode: -1, becomes: 'accepted' },
  // The call is repeated with another token; in the second line until there are no tokens left to try.
  { errcode: 40001, becomes: 'accepted' },
  { errcode: 40001, times: 3, becomes: 'accepted' },
  { errcode: 45009, becomes: 'accepted' },
  { errcode: 45011, becomes: 'accepted' },
  { errcode: 44007, becomes: 'accepted without msgid' },
  { errcode: 45065, becomes: 'accepted without msgid' },
  { errcode: 40241, becomes: 'unknown' },
  { errcode: 43004, becomes: 'unknown' },
];

/** One recipient of the matrix. */
export interface DoubtCase extends Second {
  readonly name: string;
  readonly first: FaultAction;
  /** Whether WeChat has the message in the end, and it was seen. */
  readonly seen: boolean;
}

export const DOUBT_CASES: readonly DoubtCase[] = (Object.keys(FIRSTS) as First[]).flatMap((name) =>
  SECONDS.map((second) => ({
    ...second,
    name: `${name}, then ${second.errcode ?? 0}${second.times === undefined ? '' : ' again and again'}`,
    first: FIRSTS[name],
    seen: 'accepted' in FIRSTS[name] || second.becomes === 'accepted',
  })),
);
