import type { RecordedActor } from '../../engine/record/engine.tables.js';
import type { HoldReason } from '../../engine/record/states.js';

/** What a page shows of a broadcast's state. `state` keeps its own values beside it, for scripts. */
export const SHOWN = [
  'draft',
  'awaiting_approval',
  'undo',
  'scheduled',
  'running',
  'waiting',
  'paused',
  'stale',
  'awaiting_receipts',
  'finished',
  'stopped',
  'cancelled',
] as const;
export type ShownName = (typeof SHOWN)[number];

export const WAITING_REASONS = ['quota', 'hours', 'canary', 'account', 'wechat'] as const;
/** What it waits for; it goes on by itself. */
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** The state of a broadcast as people see it, by every fact that there is: its row, its holds, its account. */
export interface Shown {
  readonly state: ShownName;
  readonly reason?: WaitingReason | HoldReason;
  readonly until?: string;
  readonly by?: RecordedActor;
}
