import type { FaultRule } from '../../../src/simulator/faults/fault-rule.js';

export const QUEUES = ['redis', 'postgres'] as const;
export type QueueName = (typeof QUEUES)[number];

export const ROLES = ['api', 'callback', 'worker-1', 'worker-2'] as const;
export type Role = (typeof ROLES)[number];

export type StoreName = QueueName;

export const PHASE_NAMES = [
  'expanding',
  'half-expanded',
  'scheduled',
  'canary',
  'releasing',
  'paused',
  'quota',
] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

/** `files` is a copy of the data folder, `new-timeline` the same, recovered as from an archive. `dump` is logical. */
export type Restore = 'files' | 'new-timeline' | 'dump';

/** Cuts connections where a client cannot know whether its work was kept. */
export interface Cut {
  /** `commit`: the end of a transaction; `statement`: the end of any one statement. */
  readonly of: 'commit' | 'statement';
  /** `before`: the server never receives it. `after`: the server does it, and the client never receives the answer. */
  readonly when: 'before' | 'after';
  readonly times: number;
}

/** One thing that goes wrong. Durations are in ms. */
export type Fault =
  | { readonly kind: 'kill'; readonly role: Role; readonly downMs: number }
  | { readonly kind: 'kill-all'; readonly downMs: number }
  | { readonly kind: 'freeze'; readonly role: Role; readonly forMs: number }
  | { readonly kind: 'freeze-beside'; readonly role: Role; readonly forMs: number }
  | {
      readonly kind: 'silence';
      readonly of: StoreName;
      readonly to: Role;
      readonly forMs: number;
    }
  | { readonly kind: 'redis-kill'; readonly downMs: number }
  | { readonly kind: 'redis-loses-writes'; readonly bytes: number; readonly downMs: number }
  | { readonly kind: 'redis-empty' }
  | { readonly kind: 'postgres-away'; readonly how: 'stop' | 'kill'; readonly downMs: number }
  | { readonly kind: 'both-away'; readonly downMs: number }
  | { readonly kind: 'postgres-back-up'; readonly how: Restore }
  | { readonly kind: 'postgres-restore'; readonly how: Restore; readonly restart: boolean }
  | ({ readonly kind: 'connections-cut' } & Cut)
  | { readonly kind: 'connections-ended' }
  | { readonly kind: 'wechat'; readonly name: string; readonly rule: FaultRule }
  | { readonly kind: 'token-expires'; readonly errcode: 40001 | 42001 };

export type FaultKind = Fault['kind'];

/** A fault and its time. While releasing, `at` is the accepted share of the audience. In other phases it is in ms. */
export interface Step {
  readonly phase: PhaseName;
  readonly at: number;
  readonly fault: Fault;
}

/** Everything random of a round. The same plan gives the same round, except for the timing of the machine. */
export interface Plan {
  readonly seed: number;
  readonly queue: QueueName;
  /** Followers of the first account. The second has a quarter of them, with the same openids. */
  readonly followers: number;
  readonly perSecond: number;
  readonly receipts: {
    readonly early: number;
    readonly twice: number;
    /** WeChat tries three times, five seconds apart. With more tries a killed callback loses nothing. */
    readonly tries: number;
  };
  /** The share of messages that WeChat reviews. The other three are shares of those under review. */
  readonly reviews: {
    readonly share: number;
    readonly told: number;
    readonly silent: number;
    readonly refused: number;
  };
  readonly steps: readonly Step[];
}
