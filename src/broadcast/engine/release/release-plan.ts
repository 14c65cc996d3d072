import type { ChannelName } from '../../../wechat/message-channel.js';

/** What release knows of one broadcast that could send now. */
export interface Candidate {
  readonly broadcastId: string;
  readonly channel: ChannelName;
  /** Rows not handed out yet, those that came back included. */
  readonly pending: number;
  /** What its own cap lets it hand out now; undefined without one. */
  readonly credit: number | undefined;
  /** A test or a single message: served before the broadcasts. */
  readonly first?: boolean;
}

export interface Window {
  /** Messages a second that the account may send now. */
  readonly rate: number;
  /** Messages a second that it really sent lately, at its best. */
  readonly achieved: number;
  readonly latencyMs: number;
  /** Jobs handed out and not settled. */
  readonly outstanding: number;
  /** Sends that all workers together can have in flight. */
  readonly slots: number;
  /** Whether another account has messages to send: then it keeps half of the slots. */
  readonly othersWait: boolean;
}

/** Longest absence in seconds that counts: who comes back does not catch up. */
const LONGEST_GAP = 0.2;
/** How far release may run ahead of the rate, so that a late tick costs nothing. */
const AHEAD = 1.2;
const SMALLEST_WINDOW = 50;

/** Fractions are carried to the next tick, up to what one long tick may hand out. */
export const refill = (credit: number, rate: number, seconds: number): number =>
  Math.min(credit + rate * Math.min(seconds, LONGEST_GAP), Math.max(1, rate * LONGEST_GAP * AHEAD));

/**
 * How many more jobs fit into the window: two seconds of what is achieved, and what can be in flight. While others
 * wait, at most half of the slots: a slow account cannot fill the queue for them. Who comes later finds two seconds
 * of work before him at most.
 */
export function roomIn(window: Window): number {
  const { rate, achieved, latencyMs, outstanding, slots, othersWait } = window;
  const wanted = Math.max(
    SMALLEST_WINDOW,
    2 * Math.max(achieved, Math.min(rate, 50)) + Math.min((rate * latencyMs) / 1_000, slots),
  );
  const most = othersWait ? Math.max(1, slots / 2) : Infinity;
  return Math.max(0, Math.floor(Math.min(wanted, most) - outstanding));
}

/**
 * Splits what may be handed out: first to those that go first, then fairly. Everybody gets the same share, and what
 * one cannot use goes to the others. `callsLeft` is what the day's quota leaves to the broadcasts of a channel.
 */
export function shares(
  candidates: readonly Candidate[],
  available: number,
  callsLeft: ReadonlyMap<ChannelName, number> = new Map(),
): Map<string, number> {
  const result = new Map<string, number>();
  const calls = new Map(callsLeft);
  const left = split(candidates.filter(isFirst), Math.floor(available), calls, result);
  split(
    candidates.filter((candidate) => !isFirst(candidate)),
    left,
    calls,
    result,
  );
  return result;
}

const isFirst = ({ first = false }: Candidate): boolean => first;

/** What is left after everybody got a share. Chance says who gets a message that cannot be divided. */
function split(
  candidates: readonly Candidate[],
  available: number,
  calls: Map<ChannelName, number>,
  result: Map<string, number>,
): number {
  const limits = candidates
    .map(({ broadcastId, channel, pending, credit = Infinity }) => ({
      broadcastId,
      channel,
      most: Math.floor(Math.min(pending, credit, calls.get(channel) ?? Infinity)),
    }))
    .sort((a, b) => a.most - b.most);
  let left = available;
  limits.forEach(({ broadcastId, channel, most }, i) => {
    const callsLeft = Math.max(0, Math.floor(calls.get(channel) ?? Infinity));
    const fair = Math.floor(left / (limits.length - i) + Math.random());
    const share = Math.max(0, Math.min(most, callsLeft, fair));
    result.set(broadcastId, share);
    calls.set(channel, callsLeft - share);
    left -= share;
  });
  return left;
}
