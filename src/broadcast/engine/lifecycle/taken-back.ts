import { both } from '../../../kernel/bilingual.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { BroadcastRow } from '../record/broadcasts.js';

/** What decides whether a scheduled broadcast can become a draft again. */
export type TakenBack = Pick<
  BroadcastRow,
  'startAt' | 'undoUntil' | 'expandProgressAt' | 'expandedAt'
>;

/** Deliveries that are on record are not taken back. */
export const isFrozen = ({
  expandProgressAt,
  expandedAt,
}: Pick<TakenBack, 'expandProgressAt' | 'expandedAt'>): boolean =>
  expandProgressAt !== null || expandedAt !== null;

/**
 * Why a scheduled broadcast cannot be undone; undefined where it can. One that starts with the end of its time to undo
 * can be undone for as long as nobody was there to start it.
 */
export function whyNoUndo(broadcast: TakenBack, now: Date): DomainError | undefined {
  const { undoUntil, startAt } = broadcast;
  if (undoUntil === null) return nothingToUndo();
  if (undoUntil <= now && startAt?.getTime() !== undoUntil.getTime()) return undoPassed(undoUntil);
  return isFrozen(broadcast) ? audienceFrozen() : undefined;
}

export const audienceFrozen = (): DomainError =>
  new DomainError(
    'conflict',
    'audience_frozen',
    both(
      '受众在定时之时已经固定，不再更换，也不能退回草稿：要晚些发送，请把 startAt 改晚，名单不变；要发给其他人，请终止该任务，另建一个。',
      'its audience was frozen when it was scheduled, so it goes to nobody else and is no draft again: to send later, give it a later startAt, which keeps the list; to send to others, cancel it and create another',
    ),
  );

const nothingToUndo = (): DomainError =>
  new DomainError(
    'conflict',
    'nothing_to_undo',
    both(
      '该任务没有可撤销的开始：请用 unschedule 取消定时，或用 cancel 终止。',
      'it has no start that could be undone: use unschedule, or cancel',
    ),
  );

const undoPassed = (undoUntil: Date): DomainError =>
  new DomainError(
    'conflict',
    'undo_passed',
    both(
      '撤销时间已过：请用 unschedule 取消定时，或用 cancel 终止。',
      'the time to undo its start is over: use unschedule, or cancel',
    ),
    { details: { undoUntil: undoUntil.toISOString() } },
  );
