import type { Pace } from '../../pacing/paces.js';
import type { BackoffReason } from '../../pacing/pace-row.js';
import {
  type BroadcastState,
  type DeliveryState,
  type HoldReason,
  OPEN_STATES,
  PERSONAL_HOLDS,
} from '../engine/record/states.js';

/** What keeps a running broadcast from going faster. */
export type LimitedBy =
  | 'holds' // it waits for a person: see `holds`
  | 'quota' // the day's calls are used up: it goes on by itself
  | 'hours' // outside its send hours: it goes on by itself
  | 'account' // its account is held, or has a fault
  | 'wechat' // WeChat said that the account sends too much (45011): it rests for a minute
  | 'single_file' // most answers are -1: one message at a time
  | `wechat_${BackoffReason}` // the rate was backed off for this reason, and is not back at the cap yet
  | 'slow_start' // the rate still increases to the account's cap
  | 'expansion' // all recipients read so far are under way, the audience is still being read
  | 'rate' // it sends as fast as its account's cap lets it
  | 'own_rate' // it sends as fast as its own cap lets it
  | 'window'; // it is allowed more, but sends take longer, or workers are busy elsewhere

/** What is known of a broadcast at one moment. Rates are in messages a second. */
export interface ProgressFacts {
  readonly state: BroadcastState;
  readonly heldBy: readonly HoldReason[];
  readonly accountStopped: boolean;
  /** Of the account; null while it never had a broadcast. */
  readonly pace: Pace | null;
  /** The account's cap, and the broadcast's own. */
  readonly cap: number;
  readonly ownCap: number | null;
  readonly expanded: boolean;
  /** How many there will be; null until the whole audience has been read. */
  readonly audienceSize: number | null;
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly achievedPerSecond: number;
  /** Over how many seconds that was measured. */
  readonly measuredSeconds: number;
}

/** From this share of what is allowed on, it is the rate that limits. */
const CLOSE_TO_ALLOWED = 0.8;

export const totalOf = (counts: ProgressFacts['counts']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

export const openOf = (counts: ProgressFacts['counts']): number =>
  OPEN_STATES.reduce((sum, state) => sum + counts[state], 0);

/** How many messages went to WeChat: all that are not open, without the `skipped` ones. */
export const sentOf = (counts: ProgressFacts['counts']): number =>
  totalOf(counts) - openOf(counts) - counts.skipped;

/** The least of the account's present rate, its cap, and the broadcast's own. */
export const allowedPerSecond = ({ pace, cap, ownCap }: ProgressFacts): number =>
  Math.min(pace?.rate ?? Infinity, cap, ownCap ?? Infinity);

/** Null where nothing limits: the broadcast has ended, has not begun, or only waits for its last answers. */
export function limitedBy(facts: ProgressFacts): LimitedBy | null {
  if (facts.state !== 'running') return null;
  if (facts.heldBy.length > 0) return limitedByHolds(facts.heldBy);
  if (facts.accountStopped) return 'account';
  if (facts.pace?.rests) return 'wechat';
  if (facts.counts.pending === 0) return facts.expanded ? null : 'expansion';
  if (facts.pace?.serial) return 'single_file';
  return keepsUp(facts) ? limitedByRate(facts) : 'window';
}

/** It sends as fast as it may. One message less does not count: at a low rate a second has hardly any. */
function keepsUp(facts: ProgressFacts): boolean {
  const short = CLOSE_TO_ALLOWED * allowedPerSecond(facts) - facts.achievedPerSecond;
  return short * facts.measuredSeconds < 1;
}

/** A hold that waits for a person comes before one that lifts itself. */
function limitedByHolds(heldBy: readonly HoldReason[]): LimitedBy {
  if (heldBy.some((reason) => PERSONAL_HOLDS.includes(reason))) return 'holds';
  if (heldBy.includes('quota')) return 'quota';
  return heldBy.includes('hours') ? 'hours' : 'account';
}

function limitedByRate({ pace, cap, ownCap }: ProgressFacts): LimitedBy {
  const rate = pace?.rate ?? cap;
  if (ownCap !== null && ownCap <= Math.min(rate, cap)) return 'own_rate';
  if (rate >= cap) return 'rate';
  return pace?.backoffReason ? `wechat_${pace.backoffReason}` : 'slow_start';
}

/**
 * Seconds until the last message is out, at what is allowed; where it is slower than that, at the rate of the last
 * seconds. Null while it is unknown: the broadcast is held, has not begun, or its audience is still being read.
 */
export function etaSeconds(facts: ProgressFacts): number | null {
  if (facts.state === 'finished' || facts.state === 'cancelled') return 0;
  if (facts.state !== 'running' || facts.heldBy.length > 0 || facts.accountStopped) return null;
  if (facts.audienceSize === null) return null;
  const notYetKnown = Math.max(0, facts.audienceSize - totalOf(facts.counts));
  const left = openOf(facts.counts) + notYetKnown;
  const isSlower = facts.achievedPerSecond > 0 && !keepsUp(facts);
  const rate = isSlower ? facts.achievedPerSecond : allowedPerSecond(facts);
  return rate > 0 ? Math.ceil(left / rate) : null;
}
