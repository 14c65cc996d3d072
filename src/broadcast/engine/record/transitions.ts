import { both } from '../../../kernel/bilingual.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { BroadcastState } from './states.js';

export const VERBS = [
  'start',
  'start-now',
  'undo',
  'unschedule',
  'pause',
  'resume',
  'cancel',
  'archive',
  'unarchive',
  'delete',
] as const;
export type Verb = (typeof VERBS)[number];

/**
 * What an operator may do in which state. `undo` is bound to its time besides, see `whyNoUndo`; what is archived already
 * is archived again without a change.
 */
export const ALLOWED: Readonly<Record<BroadcastState, readonly Verb[]>> = {
  draft: ['start', 'cancel', 'delete'],
  awaiting_approval: ['cancel'],
  scheduled: ['start-now', 'undo', 'unschedule', 'cancel'],
  running: ['pause', 'resume', 'cancel'],
  finished: ['archive', 'unarchive'],
  cancelled: ['archive', 'unarchive'],
};

/**
 * Where a verb has led already: saying it again changes nothing, and is answered like the first time. So a second click
 * on `start` never sends earlier than the first one meant.
 */
export const REPEATED: Readonly<Partial<Record<Verb, readonly BroadcastState[]>>> = {
  start: ['scheduled', 'running'],
  'start-now': ['running'],
  undo: ['draft'],
  unschedule: ['draft'],
  cancel: ['cancelled'],
};

export const STATE_WORDS: Readonly<Record<BroadcastState, string>> = {
  draft: '是草稿',
  awaiting_approval: '正在等待审批',
  scheduled: '已定时',
  running: '正在发送',
  finished: '已发完',
  cancelled: '已取消',
};

export const VERB_WORDS: Readonly<
  Record<Verb | 'change', { readonly zh: string; readonly en: string }>
> = {
  start: { zh: '开始', en: 'start' },
  'start-now': { zh: '立即开始', en: 'start now' },
  undo: { zh: '撤销', en: 'be undone' },
  unschedule: { zh: '取消定时', en: 'be unscheduled' },
  pause: { zh: '暂停', en: 'pause' },
  resume: { zh: '继续', en: 'resume' },
  cancel: { zh: '终止', en: 'cancel' },
  archive: { zh: '归档', en: 'be archived' },
  unarchive: { zh: '取消归档', en: 'be taken out of the archive' },
  delete: { zh: '删除', en: 'be deleted' },
  change: { zh: '修改', en: 'change' },
};

/** @param members the fields that were to change */
export function transitionNotAllowed(
  state: BroadcastState,
  asked: Verb | 'change',
  details: Readonly<Record<string, unknown>> = {},
  members: readonly string[] = [],
): DomainError {
  const allowed = ALLOWED[state];
  const [now, verb] = [STATE_WORDS[state], VERB_WORDS[asked]];
  const names = members.join(', ');
  const hasEnded = state === 'finished' || state === 'cancelled';
  const instead = [
    `${hasEnded ? '它已结束，' : ''}可执行：${allowed.map((each) => `${VERB_WORDS[each].zh}（${each}）`).join('、')}`,
    `${hasEnded ? 'it has ended; ' : ''}what it allows: ${allowed.join(', ')}`,
  ];
  return new DomainError(
    'conflict',
    'transition_not_allowed',
    both(
      `发送任务${now}，不能${verb.zh}${names && ` ${names}`}；${instead[0]}。`,
      `a broadcast that is ${state} cannot ${verb.en}${names && ` its ${names}`}; ${instead[1]}`,
      { state, asked, allowed: allowed.join(' '), ...(names && { members: names }) },
    ),
    { details: { state, allowed, ...details } },
  );
}
