import type { Notice } from '../kernel/warning.js';
import type { Account } from './account.js';
import {
  callbackFix,
  type Fix,
  mendFix,
  quotaFix,
  readFollowersFix,
  readTemplatesFix,
  reviewFix,
  secretFix,
  whitelistFix,
} from './account-fixes.js';
import type { AccountHealth } from './account-health.js';
import type { CallbackFault, CallbackRecord } from './callback-state.js';

export const HEALTH_PARTS = [
  'token',
  'whitelist',
  'callback',
  'quota',
  'templates',
  'followers',
  'interceptions',
] as const;
export type HealthPart = (typeof HEALTH_PARTS)[number];

/** A part of an account's health that somebody should look at, with what to do. */
export interface AccountProblem extends Notice {
  readonly part: HealthPart;
  /** Nothing, or nothing sure, can be sent while it lasts. */
  readonly stops: boolean;
  readonly since: Date | null;
  readonly fix: Fix;
}

/** All that is known of an account, and where it speaks to WeChat. */
export interface KnownHealth {
  readonly account: Account & CallbackRecord;
  readonly health: AccountHealth;
  readonly callbackUrl: string | null;
  readonly callbackUrlFaults: readonly Notice[];
  readonly callbackFault: CallbackFault | null;
  readonly ip: string | null;
  readonly now: Date;
}

/** Faults that are put right on WeChat's page of addresses. */
export const WHITELIST_FAULTS: ReadonlySet<string> = new Set([
  'token_ip_not_allowed',
  'token_ip_awaits_consent',
  'token_ip_refused',
]);
/** Faults that another secret, or its release, puts right. */
const SECRET_FAULTS: ReadonlySet<string> = new Set([
  'token_secret_refused',
  'token_secret_frozen',
  'token_secret_missing',
  'token_secret_unreadable',
  'token_appid_refused',
]);

/** From that share of a path's calls on somebody should know. */
const MUCH = 0.8;
const DAY_MS = 24 * 60 * 60_000;

type Judge = (known: KnownHealth) => AccountProblem[];

/** What is unhealthy about an account: first what stops everything, then in the order of the parts. */
export function accountProblems(known: KnownHealth): AccountProblem[] {
  const found = HEALTH_PARTS.flatMap((part) => JUDGES[part](known));
  return [...found.filter(({ stops }) => stops), ...found.filter(({ stops }) => !stops)];
}

const JUDGES: Readonly<Record<HealthPart, Judge>> = {
  token: (known) => faultWhere(known, (code) => !WHITELIST_FAULTS.has(code), 'token'),
  whitelist: (known) => faultWhere(known, (code) => WHITELIST_FAULTS.has(code), 'whitelist'),

  callback: ({ account, callbackFault, callbackUrl, callbackUrlFaults }) => {
    const fix = callbackFix(account.testAccount, callbackUrl);
    const more = { part: 'callback' as const, stops: false, fix };
    if (callbackFault !== null)
      return [{ ...callbackFault, ...more, since: account.refusedAt ?? account.pushAt }];
    if (account.pushAt !== null || account.handshakeAt !== null) return [];
    // A sandbox has no address, and no faults of one.
    const wrong = callbackUrlFaults.filter(({ code }) => code !== 'public_url_http');
    if (wrong.length > 0)
      return wrong.map((notice) => ({
        ...notice,
        ...more,
        since: null,
        fix: { code: 'set_public_url', params: notice.params, zh: notice.zh, en: notice.en },
      }));
    return [{ ...NEVER_ASKED, ...more, since: account.createdAt }];
  },

  quota: ({ account, health: { quota, paths, clearings }, now }) => {
    const fix = quotaFix(account.appid, clearings?.left ?? null);
    const told = { part: 'quota' as const, fix };
    const spent =
      quota !== null && (quota.spent || quota.left === 0)
        ? [
            {
              ...told,
              ...sendsSpent(quota.resetsAt, quota.limit),
              stops: true,
              since: quota.learnedAt,
            },
          ]
        : [];
    const dayBegan = (quota?.resetsAt ?? now).getTime() - DAY_MS;
    const full = (paths ?? []).flatMap(({ path, limit, used, askedAt }) => {
      // What WeChat told before its midnight is of yesterday.
      if (limit === null || used === null || askedAt.getTime() < dayBegan) return [];
      if (used < limit * MUCH) return [];
      return [{ ...told, ...pathFull(path, limit, used, askedAt), stops: false, since: askedAt }];
    });
    return [...spent, ...full];
  },

  templates: ({ account, health: { templates } }) =>
    templates === null || templates.syncedAt !== null
      ? []
      : [
          {
            ...NO_TEMPLATES,
            part: 'templates',
            stops: false,
            since: null,
            fix: readTemplatesFix(account.appid),
          },
        ],

  followers: ({ account, health: { followers } }) => {
    if (followers === null) return [];
    const { syncedAt, failedAt } = followers;
    if (syncedAt !== null && failedAt === null) return [];
    const params = {
      ...(syncedAt !== null && { syncedAt: syncedAt.toISOString() }),
      ...(failedAt !== null && { failedAt: failedAt.toISOString() }),
    };
    return [
      {
        ...(failedAt === null ? NO_FOLLOWERS : FOLLOWERS_FAILED),
        params,
        part: 'followers',
        stops: false,
        since: failedAt,
        fix: readFollowersFix(account.appid),
      },
    ];
  },

  interceptions: ({ health: { interceptions, review } }) => {
    const more = { part: 'interceptions' as const, stops: false };
    const intercepted =
      interceptions !== null && interceptions.count > 0
        ? [
            {
              ...more,
              ...interceptedSome(interceptions.count),
              since: interceptions.toldAt,
              fix: reviewFix(null),
            },
          ]
        : [];
    const reviewed =
      review === null
        ? []
        : [
            {
              ...more,
              ...reviewedMany(review.percent, review.broadcastId),
              since: review.toldAt,
              fix: reviewFix(review.broadcastId),
            },
          ];
    return [...intercepted, ...reviewed];
  },
};

function faultWhere(
  { account, ip }: KnownHealth,
  is: (code: string) => boolean,
  part: 'token' | 'whitelist',
): AccountProblem[] {
  const { fault, testAccount, appid } = account;
  if (fault === null || !is(fault.code)) return [];
  const { code, params, zh, en } = fault;
  const fix =
    part === 'whitelist'
      ? whitelistFix(fault.ip ?? ip)
      : SECRET_FAULTS.has(code)
        ? secretFix(testAccount)
        : mendFix(appid, fault);
  return [{ part, stops: true, since: new Date(fault.since), code, params, zh, en, fix }];
}

const NEVER_ASKED: Notice = {
  code: 'callback_never',
  params: {},
  zh: '微信还没有验证过回调地址，也没有推送来过：发出去的消息是否送达，无从得知。',
  en: 'WeChat has never checked the callback nor pushed anything: nobody would know what is delivered.',
};

const NO_TEMPLATES: Notice = {
  code: 'templates_never_read',
  params: {},
  zh: '还没有读过这个公众号的模板。',
  en: "The account's templates have never been read.",
};

const NO_FOLLOWERS = {
  code: 'followers_never_read',
  zh: '还没有读过粉丝名单，不能发给“全部粉丝”。',
  en: 'The list of followers has never been read, so nothing can go to all of them.',
};

const FOLLOWERS_FAILED = {
  code: 'followers_failed',
  zh: '上一次读取粉丝名单没有读完，名单可能不是最新的。',
  en: 'The last reading of the followers broke off: the list may be out of date.',
};

const sendsSpent = (resetsAt: Date, limit: number | null): Notice => ({
  code: 'quota_spent',
  params: { resetsAt: resetsAt.toISOString(), ...(limit !== null && { limit }) },
  zh: '今天的发送额度已用完，任务会等到额度恢复后自动继续。',
  en: "The day's quota of sends is used up; broadcasts go on by themselves once there is new one.",
});

const pathFull = (path: string, limit: number, used: number, askedAt: Date): Notice => ({
  code: used >= limit ? 'path_quota_spent' : 'path_quota_low',
  params: { path, limit, used, left: Math.max(0, limit - used), askedAt: askedAt.toISOString() },
  zh: `接口 ${path} 今天已用 ${used} 次，每天最多 ${limit} 次。`,
  en: `${used} of the day's ${limit} calls of ${path} are used.`,
});

const interceptedSome = (count: number): Notice => ({
  code: 'intercepted',
  params: { count, days: 7 },
  zh: `最近 7 天有 ${count} 条消息被微信审核拦截，这些人没有收到。`,
  en: `WeChat's review has refused ${count} messages within the last 7 days: these people got nothing.`,
});

const reviewedMany = (percent: number, broadcastId: string): Notice => ({
  code: 'under_review',
  params: { percent, broadcastId },
  zh: `微信对最近一个任务中 ${percent} % 的消息做了审核。`,
  en: `WeChat took ${percent} % of a broadcast's messages into review.`,
});
