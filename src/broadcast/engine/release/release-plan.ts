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
  readonly priority?: boolean;
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

/** Seconds of the rate that may be left over from one lease to the next; at least one message. */
const LEFT_OVER = 0.1;
const SMALLEST_WINDOW = 50;
/** A lease costs much the same for one message as for so many: it is put off until the rate yields them. */
const WORTH_A_LEASE = 20;
/** A lease may be late by so many seconds and loses nothing; beyond them nothing is caught up on. */
const LATE = 0.15;
/** Seconds between the leases of one account: the bounds while it is busy, and while it is not. */
const SOONEST = 0.05;
const LATEST = 0.2;
const IDLE = 0.25;

/** How many messages the rate lets go out now. Fractions are carried on, up to a tenth of a second of the rate. */
export const refill = (credit: number, rate: number, seconds: number): number =>
  Math.min(credit, Math.max(1, rate * LEFT_OVER)) +
  rate * Math.min(seconds, nextLeaseIn(rate, true) + LATE);

/** Seconds until the next lease of an account is due. */
export const nextLeaseIn = (rate: number, isBusy: boolean): number =>
  isBusy ? Math.min(LATEST, Math.max(SOONEST, WORTH_A_LEASE / rate)) : IDLE;

/**
 * How many more jobs fit into the window: two seconds of what is achieved, and what can be in flight. While others
 * wait, it is at most half of the slots, so that a slow account cannot fill the queue for them. An account that comes
 * later finds at most two seconds of work before its own.
 */
export function capacityIn(window: Window): number {
  const { rate, achieved, latencyMs, outstanding, slots, othersWait } = window;
  const wanted = Math.max(
    SMALLEST_WINDOW,
    2 * Math.max(achieved, Math.min(rate, 50)) + Math.min((rate * latencyMs) / 1_000, slots),
  );
  const limit = othersWait ? Math.max(1, slots / 2) : Infinity;
  return Math.max(0, Math.floor(Math.min(wanted, limit) - outstanding));
}

/** What one account asks of the capacity that all accounts share. */
export interface Demand {
  readonly accountId: number;
  /** Jobs that it could have handed out. */
  readonly wanted: number;
  /** Its jobs that already wait for a worker. */
  readonly queued: number;
}

/**
 * Splits the capacity of the queue among accounts. Where there is enough, each gets what it wants; otherwise all are
 * filled up to one level, as water fills vessels. Workers take jobs in the order of their arrival, so each account gets
 * the same share of them, and what one does not need goes to the others. An account with nothing queued gets at least
 * one job.
 */
export function level(demands: readonly Demand[], capacity: number): Map<number, number> {
  const totalAt = (to: number): number =>
    demands.reduce((sum, demand) => sum + upTo(demand, to), 0);
  let [low, high] = [0, Math.max(0, ...demands.map(({ wanted, queued }) => wanted + queued))];
  if (totalAt(high) > capacity)
    while (high - low > 0.5) {
      const middle = (low + high) / 2;
      if (totalAt(middle) > capacity) high = middle;
      else low = middle;
    }
  else low = high;
  return new Map(
    demands.map((demand) => {
      const least = demand.queued === 0 ? Math.min(1, demand.wanted) : 0;
      return [demand.accountId, Math.max(least, Math.floor(upTo(demand, low)))];
    }),
  );
}

const upTo = ({ wanted, queued }: Demand, to: number): number =>
  Math.min(wanted, Math.max(0, to - queued));

/** Jobs that may wait for workers, of all accounts: two seconds of what is sent, or what can be in flight. */
export const queueCapacity = (achieved: number, slots: number): number =>
  Math.max(slots, 2 * achieved);

/**
 * Splits what may be handed out, first among those with priority, then among the others. Each gets the same share, and
 * what one cannot use goes to the others. `callsLeft` is what the day's quota leaves to the broadcasts of a channel.
 */
export function shares(
  candidates: readonly Candidate[],
  available: number,
  callsLeft: ReadonlyMap<ChannelName, number> = new Map(),
): Map<string, number> {
  const result = new Map<string, number>();
  const calls = new Map(callsLeft);
  const left = split(candidates.filter(hasPriority), Math.floor(available), calls, result);
  split(
    candidates.filter((candidate) => !hasPriority(candidate)),
    left,
    calls,
    result,
  );
  return result;
}

const hasPriority = ({ priority = false }: Candidate): boolean => priority;

/** Returns what is left after all got their shares. A message that cannot be divided goes to one of them by chance. */
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
      limit: Math.floor(Math.min(pending, credit, calls.get(channel) ?? Infinity)),
    }))
    .sort((a, b) => a.limit - b.limit);
  let left = available;
  limits.forEach(({ broadcastId, channel, limit }, i) => {
    const callsLeft = Math.max(0, Math.floor(calls.get(channel) ?? Infinity));
    const fair = Math.floor(left / (limits.length - i) + Math.random());
    const share = Math.max(0, Math.min(limit, callsLeft, fair));
    result.set(broadcastId, share);
    calls.set(channel, callsLeft - share);
    left -= share;
  });
  return left;
}
