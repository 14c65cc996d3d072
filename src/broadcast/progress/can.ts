import { type Caller, may } from '../../access/caller.js';
import { type Permission, type Role, ROLES_WITH } from '../../access/permissions.js';
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
  delete: 'broadcast.edit',
  change: 'broadcast.edit',
};

/** Whether somebody can do it now; if not, why, in words. */
export type Can = { readonly ok: true } | ({ readonly ok: false } & Notice);

/** What decides it, of one broadcast. */
export interface CanFacts {
  readonly appid: string;
  readonly state: BroadcastState;
  readonly heldBy: readonly HoldReason[];
  readonly undoUntil: Date | null;
}

const ROLE_NAMES: Readonly<Record<Role, string>> = {
  viewer: '只读',
  editor: '编辑',
  sender: '发送',
  admin: '管理员',
  support: '客服',
};

/** For a page: each verb with its reason. A verb asks its own rules all the same, as things change meanwhile. */
export const canOf = (caller: Caller, facts: CanFacts, now: Date): Readonly<Record<Action, Can>> =>
  Object.fromEntries(
    ACTIONS.map((action) => {
      const why = whyNotPermitted(caller, facts, action) ?? whyNotNow(facts, action, now);
      return [action, why === undefined ? { ok: true } : { ok: false, ...why }];
    }),
  ) as Record<Action, Can>;

/** Whoever may write drafts may change one, and nothing else. */
const permissionFor = (action: Action, { state }: CanFacts): Permission =>
  action === 'change' && state !== 'draft' ? 'broadcast.send' : PERMISSION_FOR[action];

function whyNotPermitted(caller: Caller, facts: CanFacts, action: Action): Notice | undefined {
  const { appid } = facts;
  const permission = permissionFor(action, facts);
  if (may(caller, permission, appid)) return undefined;
  const roles: readonly Role[] = ROLES_WITH[permission];
  const { zh, en } = VERB_WORDS[action];
  return {
    code: 'permission_required',
    params: { permission, roles: roles.join(' ') },
    zh: `你的角色不能${zh}，需要角色：${roles.map((role) => ROLE_NAMES[role]).join('、')}。请联系管理员。`,
    en: `Your role may not do that (${en}). It needs the role ${roles.join(' or ')}: ask an admin.`,
  };
}

function whyNotNow(facts: CanFacts, action: Action, now: Date): Notice | undefined {
  const { state, heldBy, undoUntil } = facts;
  if (action === 'change')
    return ['finished', 'cancelled'].includes(state) ? notInState(state, action) : undefined;
  if (!ALLOWED[state].includes(action)) return notInState(state, action);
  if (action === 'undo' && (undoUntil === null || undoUntil <= now)) return NO_UNDO;
  if (action === 'pause' && heldBy.includes('operator')) return ALREADY_PAUSED;
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
