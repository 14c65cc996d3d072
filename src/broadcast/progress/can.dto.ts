import { ApiProperty } from '@nestjs/swagger';
import type { Action } from './can.js';

/** Whether the caller can do it now; if not, why, in both languages. */
export class CanView {
  ok!: boolean;
  /** A stable code of the reason; with `params`, `zh` and `en` only where it is not ok. */
  code?: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  params?: Readonly<Record<string, string | number>>;
  zh?: string;
  en?: string;
}

/** What the caller can do to a broadcast now. Read it again after each change of state. */
export class BroadcastCanView implements Record<Action, CanView> {
  start!: CanView;
  'start-now'!: CanView;
  undo!: CanView;
  unschedule!: CanView;
  pause!: CanView;
  resume!: CanView;
  cancel!: CanView;
  delete!: CanView;
  change!: CanView;
}
