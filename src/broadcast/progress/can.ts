import { type Can, canOf as canIf, whyNotPermitted } from '../../access/can.js';
import type { Caller } from '../../access/caller.js';
import type { Permission } from '../../access/permissions.js';
import type { Notice } from '../../kernel/warning.js';
import {
  ALLOWED,
  STATE_WORDS,
  type Verb,
  VERB_WORDS,
  VERBS,
} from '../engine/record/transitions.js';
import { type BroadcastState, type HoldReason, PERSONAL_HOLDS } from '../engine/record/states.js';

export const ACTIONS = [...VERBS, 'change'] as const;
/** What may be done to a broadcast that exists. */
export type Action = Verb | 'change';

/** The permission that each asks for: what its route declares. */
export const PERMISSION_FOR: Readonly<Record<Action, Permission>> = {
  start: 'broadcast.send',
  'start-now': 'broadcast.send',
  undo: 'broadcast.stop',
  unschedule: 'broadcast.send',
  pause: 'broadcast.stop',
  resume: 'broadcast.send',
  cancel: 'broadcast.stop',
  archive: 'broadcast.send',
  unarchive: 'broadcast.send',
  delete: 'broadcast.edit',
  change: 'broadcast.edit',
};

/** What decides it, of one broadcast. */
export interface CanFacts {
  readonly appid: string;
  readonly state: BroadcastState;
  readonly heldBy: readonly HoldReason[];
  readonly undoUntil: Date | null;
  readonly archivedAt: Date | null;
  /** Whether its recipients are on record already: then it is not taken back. */
  readonly isFrozen: boolean;
}

/** For a page: each verb with its reason. A verb asks its own rules all the same, as things change meanwhile. */
export const canOf = (caller: Caller, facts: CanFacts, now: Date): Readonly<Record<Action, Can>> =>
  Object.fromEntries(
    ACTIONS.map((action) => {
      const doable = { permission: permissionFor(action, facts), ...VERB_WORDS[action] };
      const why = whyNotPermitted(caller, facts.appid, doable) ?? whyNotNow(facts, action, now);
      return [action, canIf(why)];
    }),
  ) as Record<Action, Can>;

/** Whoever may write drafts may change one, and nothing else. */
const permissionFor = (action: Action, { state }: CanFacts): Permission =>
  action === 'change' && state !== 'draft' ? 'broadcast.send' : PERMISSION_FOR[action];

function whyNotNow(facts: CanFacts, action: Action, now: Date): Notice | undefined {
  const { state, heldBy, undoUntil, archivedAt, isFrozen } = facts;
  if (action === 'change')
    return ['finished', 'cancelled'].includes(state) ? notInState(state, action) : undefined;
  if (!ALLOWED[state].includes(action)) return notInState(state, action);
  if (isFrozen && state === 'scheduled' && action === 'unschedule') return FROZEN;
  if (action === 'undo' && (undoUntil === null || undoUntil <= now)) return NO_UNDO;
  if (action === 'pause' && heldBy.includes('operator')) return ALREADY_PAUSED;
  if (action === 'archive' && archivedAt !== null) return ALREADY_ARCHIVED;
  if (action === 'unarchive' && archivedAt === null) return NOT_ARCHIVED;
  const isPaused = heldBy.some((reason) => PERSONAL_HOLDS.includes(reason));
  return action === 'resume' && !isPaused ? NOT_PAUSED : undefined;
}

const notInState = (state: BroadcastState, action: Action): Notice => ({
  code: 'transition_not_allowed',
  params: { state },
  zh: `发送任务${STATE_WORDS[state]}，不能${VERB_WORDS[action].zh}。`,
  en: `It is ${state.replaceAll('_', ' ')}, so it cannot ${VERB_WORDS[action].en}.`,
});

const NO_UNDO: Notice = {
  code: 'undo_over',
  params: {},
  zh: '撤销时间已过，或没有设置撤销时间。',
  en: 'The time to undo it is over, or there was none.',
};

/** Decision 0042: whoever was on the list stays on it. */
const FROZEN: Notice = {
  code: 'audience_frozen',
  params: {},
  zh: '受众已经固定，不能退回草稿：请把开始时间改晚（名单不变），或终止。',
  en: 'Its audience is frozen, so it cannot be a draft again: give it a later time, which keeps the list, or cancel it.',
};

const ALREADY_PAUSED: Notice = {
  code: 'already_paused',
  params: {},
  zh: '已经暂停了。',
  en: 'It is paused already.',
};

const NOT_PAUSED: Notice = {
  code: 'not_paused',
  params: {},
  zh: '没有暂停，不需要继续。',
  en: 'It is not paused, so there is nothing to resume.',
};

const ALREADY_ARCHIVED: Notice = {
  code: 'already_archived',
  params: {},
  zh: '已经归档了。',
  en: 'It is archived already.',
};

const NOT_ARCHIVED: Notice = {
  code: 'not_archived',
  params: {},
  zh: '没有归档，不需要取消归档。',
  en: 'It is not archived, so there is nothing to take back.',
};
