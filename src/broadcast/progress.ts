import { type BroadcastState, type DeliveryState, OPEN_STATES } from './engine/states.js';

/** What keeps a running broadcast from going faster. */
export type LimitedBy =
  | 'holds' // it is held: see `holds`
  | 'account' // its account is held, or has a fault
  | 'wechat' // WeChat said that the account sends too much: it rests for a while
  | 'expansion' // everybody known so far is under way, the audience is still being read
  | 'rate' // it goes as fast as the account's rate, or its own cap, lets it
  | 'window'; // it is allowed more, but sends take longer, or workers are busy elsewhere

/** What is known of a broadcast at one moment. Rates are in messages a second. */
export interface ProgressFacts {
  readonly state: BroadcastState;
  readonly isHeld: boolean;
  readonly accountStopped: boolean;
  readonly accountRests: boolean;
  readonly expanded: boolean;
  /** How many there will be; null until the whole audience has been read. */
  readonly audienceSize: number | null;
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly achievedPerSecond: number;
  readonly allowedPerSecond: number;
}

/** From this share of what is allowed on, it is the rate that limits. */
const CLOSE_TO_ALLOWED = 0.8;

export const totalOf = (counts: ProgressFacts['counts']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const openOf = (counts: ProgressFacts['counts']): number =>
  OPEN_STATES.reduce((sum, state) => sum + counts[state], 0);

/** How many WeChat has been asked about: what `skipped` recipients never were. */
export const sentOf = (counts: ProgressFacts['counts']): number =>
  totalOf(counts) - openOf(counts) - counts.skipped;

/** Null where nothing limits: it has ended, not begun, or only waits for its last answers. */
export function limitedBy(facts: ProgressFacts): LimitedBy | null {
  if (facts.state !== 'running') return null;
  if (facts.isHeld) return 'holds';
  if (facts.accountStopped) return 'account';
  if (facts.accountRests) return 'wechat';
  if (facts.counts.pending === 0) return facts.expanded ? null : 'expansion';
  return facts.achievedPerSecond >= CLOSE_TO_ALLOWED * facts.allowedPerSecond ? 'rate' : 'window';
}

/**
 * Seconds until the last message is out, at the rate of the last seconds; before there is one, at
 * the allowed rate. Null while nobody can tell: held, not begun, or the audience still being read.
 */
export function etaSeconds(facts: ProgressFacts): number | null {
  if (facts.state === 'finished' || facts.state === 'cancelled') return 0;
  if (facts.state !== 'running' || facts.isHeld || facts.accountStopped) return null;
  if (facts.audienceSize === null) return null;
  const notYetKnown = Math.max(0, facts.audienceSize - totalOf(facts.counts));
  const left = openOf(facts.counts) + notYetKnown;
  const rate = facts.achievedPerSecond > 0 ? facts.achievedPerSecond : facts.allowedPerSecond;
  return rate > 0 ? Math.ceil(left / rate) : null;
}
