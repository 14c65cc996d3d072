import { CanView } from '../../access/can-view.js';
import type { Action } from './can.js';

/** What the caller can do to a broadcast now. Read it again after each change of state. */
export class BroadcastCanView implements Record<Action, CanView> {
  start!: CanView;
  'start-now'!: CanView;
  undo!: CanView;
  unschedule!: CanView;
  pause!: CanView;
  resume!: CanView;
  cancel!: CanView;
  archive!: CanView;
  unarchive!: CanView;
  delete!: CanView;
  change!: CanView;
}
