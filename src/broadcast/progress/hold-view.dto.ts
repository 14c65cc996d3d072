import { NoticeView } from '../../http/warning-view.js';
import type { HoldCode } from '../engine/record/hold-codes.js';
import type { HoldReason } from '../engine/record/states.js';
import type { Notice } from '../../kernel/warning.js';
import { explained } from './explained-errcode.js';
import { explainHold } from './hold-explanations.js';
import type { ReportedHold } from './report-query.js';

/** Who paused. */
class HolderView {
  kind!: string;
  id?: number;
  name!: string;
}

/** A reason why a broadcast does not send. */
export class HoldView {
  /** By which `resume` lifts it. */
  id!: string;
  reason!: HoldReason;
  since!: string;
  /** When it lifts itself; absent where a person must. */
  until?: string;
  errcode?: number;
  rid?: string;
  detail?: string;
  /** What exactly it is about, as in `wrong_account`. */
  code?: HoldCode;
  /** A recipient whose refusal it was: a sample. */
  openid?: string;
  /** Who paused it; absent of what the service found by itself. */
  by?: HolderView;
  /** Why they paused it. */
  note?: string;
  /** Why it does not send, and what to do about it. */
  explanation!: NoticeView;
  /** What the errcode means and what to do about it. */
  meaning?: NoticeView;
}

/** A hold in words, with its times and what WeChat said among the params. */
export const holdNotice = ({
  reason,
  code,
  since,
  until,
  errcode,
  rid,
  detail,
  params,
}: Omit<ReportedHold, 'id' | 'by' | 'note' | 'openid'>): Notice =>
  explainHold(reason, code, {
    ...params,
    reason,
    since: new Date(since).toISOString(),
    ...(until !== null && { until: new Date(until).toISOString() }),
    ...(errcode !== null && { errcode }),
    ...(rid !== null && { rid }),
    ...(detail !== null && { detail }),
  });

export const toHoldView = (hold: ReportedHold): HoldView => {
  const { id, by, note, reason, since, until, errcode, rid, detail, code, openid } = hold;
  return {
    id,
    reason,
    since: new Date(since).toISOString(),
    ...(until !== null && { until: new Date(until).toISOString() }),
    ...(errcode !== null && { errcode, meaning: explained(errcode).meaning }),
    ...(rid !== null && { rid }),
    ...(detail !== null && { detail }),
    ...(code !== null && { code }),
    ...(openid !== null && { openid }),
    ...(by !== null && { by }),
    ...(note !== null && { note }),
    explanation: holdNotice(hold),
  };
};
