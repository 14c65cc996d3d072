import { type BroadcastState, type HoldReason, PERSONAL_HOLDS } from '../engine/record/states.js';

export const SHOWN_STATES = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'running',
  'paused',
  'finished',
  'cancelled',
] as const;
/** A broadcast's state as people see it: `paused` is a running one that waits for a person. */
export type ShownState = (typeof SHOWN_STATES)[number];

export const shownState = (
  state: BroadcastState,
  holds: readonly { readonly reason: HoldReason }[],
): ShownState =>
  state === 'running' && holds.some(({ reason }) => PERSONAL_HOLDS.includes(reason))
    ? 'paused'
    : state;
