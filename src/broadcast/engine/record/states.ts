/** The life of a broadcast. `paused` is not among them: a broadcast with holds runs and does not send. */
export type BroadcastState =
  'draft' | 'awaiting_approval' | 'scheduled' | 'running' | 'finished' | 'cancelled';

export const DELIVERY_STATES = [
  'pending',
  'queued',
  'sending',
  'accepted',
  'reviewing',
  'delivered',
  'blocked',
  'failed',
  'refused',
  'unknown',
  'skipped',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Deliveries in these states are open. A broadcast finishes when none of its deliveries is open. */
export const OPEN_STATES = ['pending', 'queued', 'sending'] as const satisfies DeliveryState[];

/**
 * Which states this process knows, as a number that it signs on with. A new state is written only while every live
 * process knows it: `reviewing` needs 1.
 */
export const SPEAKS = 1;

/** Why a broadcast does not send. A set: it sends only while the set is empty. */
export type HoldReason =
  // for a person to lift; shown as `paused`
  | 'operator'
  | 'problem'
  | 'canary'
  | 'stale'
  | 'restored'
  // lifted by itself; shown as `running` with what holds it
  | 'quota'
  | 'hours'
  | 'account';

/** The holds that `resume` lifts. */
export const PERSONAL_HOLDS: readonly HoldReason[] = [
  'operator',
  'problem',
  'canary',
  'stale',
  'restored',
];
