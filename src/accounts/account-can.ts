import { type Can, canOf, type Doable, whyNotPermitted } from '../access/can.js';
import type { Caller } from '../access/caller.js';
import type { Notice } from '../kernel/warning.js';
import type { Account } from './account.js';

/** What may be done to an account and by it, each with the permission that its route declares. */
export const ACCOUNT_ACTIONS = {
  change: { permission: 'account.manage', zh: '修改公众号', en: 'change the account' },
  delete: { permission: 'account.manage', zh: '删除公众号', en: 'delete the account' },
  hold: { permission: 'account.hold', zh: '停用公众号', en: 'hold the account' },
  lift: { permission: 'account.hold', zh: '恢复公众号', en: 'let the account go on' },
  check: { permission: 'account.check', zh: '检查公众号', en: 'check the account' },
  'sync-templates': { permission: 'template.sync', zh: '同步模板', en: 'sync templates' },
  'sync-followers': { permission: 'follower.sync', zh: '同步粉丝', en: 'sync followers' },
  'refresh-quota': { permission: 'account.check', zh: '刷新额度', en: 'read the quota anew' },
  'clear-quota': { permission: 'account.manage', zh: '清零额度', en: 'clear the quota' },
  compose: { permission: 'broadcast.edit', zh: '写发送任务', en: 'compose broadcasts' },
  test: { permission: 'broadcast.test', zh: '发送测试', en: 'send tests' },
  'invite-tester': { permission: 'broadcast.test', zh: '邀请测试接收人', en: 'invite testers' },
  send: { permission: 'broadcast.send', zh: '发送', en: 'send' },
} as const satisfies Readonly<Record<string, Doable>>;

export type AccountAction = keyof typeof ACCOUNT_ACTIONS;

/** What decides it, of one account. */
export interface AccountCanFacts {
  readonly account: Account;
  /** Clearings of the quota that are left this month, at most; null where nobody knows. */
  readonly clearingsLeft: number | null;
}

/** For a page: each action with its reason. A route asks its own rules all the same, as things change meanwhile. */
export const accountCan = (
  caller: Caller,
  facts: AccountCanFacts,
): Readonly<Record<AccountAction, Can>> =>
  Object.fromEntries(
    (Object.keys(ACCOUNT_ACTIONS) as AccountAction[]).map((action) => [
      action,
      canOf(
        whyNotPermitted(caller, facts.account.appid, ACCOUNT_ACTIONS[action]) ??
          NOT_NOW[action]?.(facts),
      ),
    ]),
  ) as Record<AccountAction, Can>;

type Judge = (facts: AccountCanFacts) => Notice | undefined;

const sends: Judge = ({ account: { heldAt, fault } }) =>
  heldAt !== null ? held(heldAt) : fault !== null ? faulted(fault) : undefined;

/** Whoever calls WeChat for the account needs a token, and a faulty account has none. */
const calls: Judge = ({ account: { fault } }) => (fault === null ? undefined : faulted(fault));

const follows: Judge = ({ account: { kind } }) => (kind === 'service' ? undefined : NO_FOLLOWERS);

/** A check is what finds out whether a fault is over, so nothing keeps it from being asked for. */
const NOT_NOW: Readonly<Partial<Record<AccountAction, Judge>>> = {
  hold: ({ account: { heldAt } }) => (heldAt === null ? undefined : ALREADY_HELD),
  lift: ({ account: { heldAt, fault } }) =>
    heldAt === null && fault === null ? NOTHING_TO_LIFT : undefined,
  'sync-templates': calls,
  'sync-followers': (facts) => follows(facts) ?? calls(facts),
  'refresh-quota': calls,
  'clear-quota': (facts) => calls(facts) ?? (facts.clearingsLeft === 0 ? NONE_LEFT : undefined),
  test: sends,
  'invite-tester': (facts) => follows(facts) ?? calls(facts),
  send: sends,
};

const held = (since: Date): Notice => ({
  code: 'account_held',
  params: { since: since.toISOString() },
  zh: '公众号已停用，恢复之前不会发出任何消息。',
  en: 'The account is held: nothing goes out until it is lifted.',
});

const faulted = ({ code, params, zh, en }: NonNullable<Account['fault']>): Notice => ({
  code: 'account_faulted',
  params: { ...params, fault: code },
  zh,
  en,
});

const ALREADY_HELD: Notice = {
  code: 'already_held',
  params: {},
  zh: '已经停用了。',
  en: 'It is held already.',
};

const NOTHING_TO_LIFT: Notice = {
  code: 'not_held',
  params: {},
  zh: '没有停用，也没有故障，不需要恢复。',
  en: 'It is not held and has no fault, so there is nothing to lift.',
};

const NO_FOLLOWERS: Notice = {
  code: 'account_kind_without_followers',
  params: {},
  zh: '小程序没有粉丝。',
  en: 'A mini program has no followers.',
};

const NONE_LEFT: Notice = {
  code: 'no_clearings_left',
  params: {},
  zh: '本月的 10 次清零已用完。',
  en: 'The ten clearings of this month are used up.',
};
