import type { AccountHealth } from '../accounts/account-health.js';
import type { Account } from '../accounts/account.js';
import { WHITELIST_FAULTS } from '../accounts/account-problems.js';
import { callbackFaultOf, type CallbackRecord } from '../accounts/callback-state.js';
import { countText } from '../kernel/count-text.js';
import type { Notice } from '../kernel/warning.js';
import {
  AGAIN,
  callbackFix,
  type Fix,
  PUSH_FIX,
  secretFix,
  templatesFix,
  whitelistFix,
} from '../accounts/account-fixes.js';
import type { Tries, Try } from './tries.js';

export const STEP_IDS = [
  'whitelist',
  'token',
  'handshake',
  'push',
  'decryption',
  'templates',
  'followers',
] as const;
export type StepId = (typeof STEP_IDS)[number];
export const STEP_STATES = ['todo', 'running', 'waiting', 'ok', 'failed'] as const;
export type StepState = (typeof STEP_STATES)[number];

export interface Step {
  readonly id: StepId;
  readonly state: StepState;
  readonly since: Date | null;
  readonly fact: Notice | null;
  readonly fix: Fix | null;
}

/** All that the steps are read from. */
export interface Facts {
  readonly account: Account & CallbackRecord;
  readonly token: AccountHealth['token'];
  readonly tries: Tries;
  readonly callbackUrl: string | null;
  readonly callbackUrlFaults: readonly Notice[];
  readonly ip: string | null;
  readonly templates: number;
  readonly followers: {
    readonly state: 'running' | 'done' | 'failed';
    readonly seen: number;
    readonly finishedAt: Date | null;
    readonly confirmedTotal: number | null;
    readonly untaken: boolean;
  } | null;
  readonly now: Date;
}

type Read = Omit<Step, 'id'>;

/** The steps of an account in the order in which they can be done; a step that does not concern it is left out. */
export function stepsOf(facts: Facts): Step[] {
  const { kind, testAccount, callbackMode } = facts.account;
  const left: StepId[] = [
    ...(testAccount ? (['whitelist', 'followers'] as const) : []),
    ...(kind === 'mini_program' ? (['followers'] as const) : []),
    ...(callbackMode === 'plain' ? (['decryption'] as const) : []),
  ];
  return STEP_IDS.filter((id) => !left.includes(id)).map((id) => ({ id, ...READERS[id](facts) }));
}

const READERS: Readonly<Record<StepId, (facts: Facts) => Read>> = {
  whitelist: (facts) => {
    const { fault } = facts.account;
    if (fault !== null && WHITELIST_FAULTS.has(fault.code))
      return {
        state: 'failed',
        since: new Date(fault.since),
        fact: {
          code: fault.code,
          params: fault.params,
          zh: fault.zh,
          en: fault.en,
        },
        fix: whitelistFix(fault.ip ?? facts.ip),
      };
    if (hasToken(facts)) return ok(facts.token?.fetchedAt ?? null);
    return {
      state: isRunning(facts.tries.token) ? 'running' : 'todo',
      since: null,
      fact: null,
      fix: whitelistFix(facts.ip),
    };
  },

  token: (facts) => {
    const { fault, testAccount } = facts.account;
    if (isRunning(facts.tries.token)) return running(facts.tries.token);
    if (fault !== null && !WHITELIST_FAULTS.has(fault.code))
      return {
        state: 'failed',
        since: new Date(fault.since),
        fact: {
          code: fault.code,
          params: fault.params,
          zh: fault.zh,
          en: fault.en,
        },
        fix: secretFix(testAccount),
      };
    if (fault !== null) return NOT_YET;
    if (facts.tries.token?.state === 'failed') return failed(facts.tries.token, AGAIN);
    if (hasToken(facts)) return ok(facts.token?.fetchedAt ?? null);
    return { ...NOT_YET, fix: AGAIN };
  },

  handshake: (facts) => {
    const { account, tries, callbackUrl, callbackUrlFaults } = facts;
    const fix = callbackFix(account.testAccount, callbackUrl);
    if (account.handshakeAt !== null || account.pushAt !== null)
      return ok(account.handshakeAt ?? account.pushAt);
    if (account.refusedAt !== null && callbackFaultOf(account))
      return {
        state: 'failed',
        since: account.refusedAt,
        fact: callbackFaultOf(account) ?? null,
        fix,
      };
    const [wrong] = callbackUrlFaults;
    if (wrong !== undefined && wrong.code !== 'public_url_http')
      return { state: 'waiting', since: null, fact: wrong, fix };
    return {
      state: hasToken(facts) ? 'waiting' : 'todo',
      since: null,
      fact: tries.callback?.state === 'failed' ? tries.callback.notice : null,
      fix,
    };
  },

  push: ({ account, callbackUrl }) => {
    const fault = callbackFaultOf(account);
    if (account.pushAt !== null && !fault) return ok(account.pushAt);
    if (fault)
      return {
        state: 'failed',
        since: account.refusedAt,
        fact: fault,
        fix: callbackFix(account.testAccount, callbackUrl),
      };
    return {
      state: account.handshakeAt === null ? 'todo' : 'waiting',
      since: account.handshakeAt,
      fact: null,
      fix: PUSH_FIX,
    };
  },

  decryption: ({ account, callbackUrl }) => {
    const fault = callbackFaultOf(account);
    if (fault && (account.refusedWhy === 'key' || account.refusedWhy === 'mode'))
      return {
        state: 'failed',
        since: account.refusedAt,
        fact: fault,
        fix: callbackFix(account.testAccount, callbackUrl),
      };
    // Outside of plain mode a push is taken only once it is decrypted.
    if (account.pushAt !== null) return ok(account.pushAt);
    return { ...NOT_YET, fix: PUSH_FIX };
  },

  templates: ({ account, tries, templates }) => {
    const fix = templatesFix(account.testAccount);
    if (isRunning(tries.templates)) return running(tries.templates);
    if (tries.templates?.state === 'failed') return failed(tries.templates, AGAIN);
    if (templates > 0)
      return {
        ...ok(timeOf(tries.templates)),
        fact: {
          code: 'templates_read',
          params: { count: templates },
          zh: `已读到 ${countText(templates)} 个模板。`,
          en: `${countText(templates)} templates are read.`,
        },
      };
    if (tries.templates?.state === 'ok')
      return {
        state: 'waiting',
        since: timeOf(tries.templates),
        fact: {
          code: 'no_templates',
          params: {},
          zh: '这个公众号在微信还没有模板。',
          en: 'The account has no template at WeChat yet.',
        },
        fix,
      };
    return { ...NOT_YET, fix: AGAIN };
  },

  followers: ({ followers, tries }) => {
    if (followers?.state === 'running')
      return {
        state: 'running',
        since: timeOf(tries.followers),
        fact: seen('followers_reading', followers.seen),
        fix: null,
      };
    if (followers?.state === 'failed' && followers.confirmedTotal === null)
      return {
        state: 'failed',
        since: followers.finishedAt,
        fact: {
          code: 'followers_failed',
          params: {},
          zh: '读取粉丝名单没有完成，原因见“同步粉丝”。',
          en: 'The list of followers was not read to its end; the sync of followers says why.',
        },
        fix: AGAIN,
      };
    if (typeof followers?.confirmedTotal === 'number')
      return {
        ...ok(followers.finishedAt),
        fact: seen('followers_read', followers.confirmedTotal),
      };
    if (tries.followers?.state === 'failed') return failed(tries.followers, AGAIN);
    return { ...NOT_YET, fix: AGAIN };
  },
};

const NOT_YET: Read = { state: 'todo', since: null, fact: null, fix: null };

const ok = (since: Date | null): Read => ({ state: 'ok', since, fact: null, fix: null });

const isRunning = (tried: Try | undefined): boolean => tried?.state === 'running';

const timeOf = (tried: Try | undefined): Date | null =>
  tried === undefined ? null : new Date(tried.at);

const running = (tried: Try | undefined): Read => ({
  ...NOT_YET,
  state: 'running',
  since: timeOf(tried),
});

const failed = (tried: Try, fix: Fix): Read => ({
  state: 'failed',
  since: timeOf(tried),
  fact: tried.notice,
  fix,
});

/** A token that lives is proof of the secret and of the whitelist. */
const hasToken = ({ token, account, now }: Facts): boolean =>
  account.fault === null && token !== null && token.expiresAt > now;

const seen = (code: string, count: number): Notice => ({
  code,
  params: { count },
  zh: `已读到 ${countText(count)} 位粉丝。`,
  en: `${countText(count)} followers are read.`,
});
