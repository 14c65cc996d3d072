import { countText } from '../../../kernel/count-text.js';
import type { Notice } from '../../../kernel/warning.js';
import type { ProcessRole } from '../../engine/record/live-processes.js';
import { type HoldReason, OPEN_STATES } from '../../engine/record/states.js';
import type { BroadcastReport } from '../broadcast-reports.js';
import { holdNotice } from '../hold-view.dto.js';
import type { ReportedHold } from '../report-query.js';
import { capNotice } from './cap-notice.js';

/** What must hold for a broadcast to send, in the order in which it is asked. */
export const GATES = [
  'account_ok',
  'account_open',
  'due',
  'undo',
  'hours',
  'unpaused',
  'protection',
  'canary',
  'quota',
  'rate',
  'work',
  'worker',
] as const;
export type GateName = (typeof GATES)[number];

/** What mends it: in words, and the call that does it, if one does. */
export interface GateFix extends Notice {
  readonly call: string | null;
}

export interface Gate {
  readonly gate: GateName;
  readonly ok: boolean;
  readonly fact: Notice;
  readonly liftsAt?: Date;
  readonly fix?: GateFix;
}

/** What is known beside its report. */
export interface WhyFacts {
  readonly report: BroadcastReport;
  readonly now: Date;
  readonly missing: readonly ProcessRole[];
  /** Until when WeChat wants a rest. */
  readonly restsUntil: Date | null;
}

type Judged = Omit<Gate, 'gate'>;

const fine = (zh: string, en: string, params: Notice['params'] = {}): Judged => ({
  ok: true,
  fact: { code: 'ok', params, zh, en },
});

const closed = (
  code: string,
  [zh, en]: readonly [zh: string, en: string],
  more: {
    readonly params?: Notice['params'];
    readonly liftsAt?: Date;
    readonly fix?: GateFix;
  } = {},
): Judged => {
  const { params = {}, ...rest } = more;
  return { ok: false, fact: { code, params, zh, en }, ...rest };
};

/** A hold in words, with what lifts it: its time, or a person. */
function heldBy(hold: ReportedHold, id: string): Judged {
  const fact = holdNotice(hold);
  if (hold.until !== null) return { ok: false, fact, liftsAt: new Date(hold.until) };
  return { ok: false, fact, ...(!BY_ITSELF.includes(hold.reason) && { fix: resume(id) }) };
}

const BY_ITSELF: readonly HoldReason[] = ['quota', 'hours', 'account'];

const resume = (id: string): GateFix => ({
  code: 'resume',
  params: {},
  zh: '处理好之后，点「继续发送」。',
  en: 'Once that is mended, resume it.',
  call: `POST /v1/broadcasts/${id}/resume`,
});

const toStart = (id: string): GateFix => ({
  code: 'start',
  params: {},
  zh: '开始发送。',
  en: 'Start it.',
  call: `POST /v1/broadcasts/${id}/start`,
});

const toStartNow = (id: string): GateFix => ({
  code: 'start_now',
  params: {},
  zh: '立即开始。',
  en: 'Start it now.',
  call: `POST /v1/broadcasts/${id}/start-now`,
});

/** The service held it by itself because of what many answers had in common. */
const PROTECTIONS: readonly (string | null)[] = [
  'unknown_code',
  'users_limited',
  'template_disputed',
  'token_storm',
  'wrong_account',
  'refusals',
  'blocks',
];

const JUDGES: Readonly<Record<GateName, (facts: WhyFacts) => Judged>> = {
  account_ok: ({ report: { account, appid } }) =>
    account.fault === null
      ? fine('公众号没有故障。', 'The account has no fault.')
      : closed(account.fault.code, [account.fault.zh, account.fault.en], {
          params: { ...account.fault.params, since: account.fault.since },
          fix: {
            code: 'mend_account',
            params: { appid },
            zh: '按说明处理，然后检查公众号。',
            en: 'Mend what it says, then check the account.',
            call: `GET /v1/accounts/${appid}`,
          },
        }),
  account_open: ({ report: { account, appid, holds, broadcast } }) => {
    const hold = holds.find(({ reason }) => reason === 'account');
    if (account.heldAt !== null)
      return closed('account_held', ['公众号已被人停用。', 'Somebody has stopped the account.'], {
        params: { since: account.heldAt.toISOString() },
        fix: {
          code: 'lift_account',
          params: { appid },
          zh: '恢复公众号的发送。',
          en: 'Let the account go on.',
          call: `POST /v1/accounts/${appid}/lift`,
        },
      });
    return hold
      ? heldBy(hold, broadcast.id)
      : fine('公众号没有停用。', 'The account is not stopped.');
  },
  due: ({ report: { broadcast }, now }) => {
    const { id, state, startAt } = broadcast;
    if (state === 'draft')
      return closed('draft', ['还是草稿，没有开始。', 'It is a draft and has not been started.'], {
        fix: toStart(id),
      });
    if (state === 'awaiting_approval')
      return closed('awaiting_approval', ['正在等待审批。', 'It awaits approval.']);
    if (state !== 'scheduled' || startAt === null || startAt <= now)
      return fine('开始时间已到。', 'Its time has come.');
    return closed('not_due', ['还没到开始时间。', 'Its time has not come yet.'], {
      params: { startAt: startAt.toISOString() },
      liftsAt: startAt,
      fix: toStartNow(id),
    });
  },
  undo: ({ report: { broadcast }, now }) => {
    const { id, state, undoUntil } = broadcast;
    if (state !== 'scheduled' || undoUntil === null || undoUntil <= now)
      return fine('没有在等撤销。', 'No time to undo it is running.');
    return closed(
      'undo_window',
      ['还可以撤销，时间过后开始。', 'It can be undone, and starts once that time is over.'],
      {
        params: { undoUntil: undoUntil.toISOString() },
        liftsAt: undoUntil,
        fix: toStartNow(id),
      },
    );
  },
  hours: (facts) =>
    byHold(
      facts,
      ({ reason }) => reason === 'hours',
      '在发送时段内。',
      'It is within its send hours.',
    ),
  unpaused: (facts) =>
    byHold(
      facts,
      ({ reason, code }) =>
        ['operator', 'stale', 'restored'].includes(reason) ||
        (reason === 'problem' && !PROTECTIONS.includes(code)),
      '没有暂停。',
      'It is not paused.',
    ),
  protection: (facts) =>
    byHold(
      facts,
      ({ reason, code }) => reason === 'problem' && PROTECTIONS.includes(code),
      '自动暂停保护没有触发。',
      'No protection has stopped it.',
    ),
  canary: (facts) =>
    byHold(
      facts,
      ({ reason }) => reason === 'canary',
      '没有在等先发的一小批。',
      'It waits for no first ones.',
    ),
  quota: (facts) => {
    const { quota } = facts.report;
    const left = quota?.left;
    return byHold(
      facts,
      ({ reason }) => reason === 'quota',
      left === undefined ? '每日额度未知，没有用完。' : `今日额度还剩 ${countText(left)} 条。`,
      left === undefined
        ? 'The daily quota is not known, and not used up.'
        : `${countText(left)} messages are left of today's quota.`,
      left === undefined ? {} : { left },
    );
  },
  rate: ({ report, restsUntil }) => {
    if (restsUntil !== null)
      return closed(
        'wechat_rest',
        [
          '微信要求休息（45011），到时间自动继续。',
          'WeChat wants a rest (45011); it goes on by itself.',
        ],
        {
          params: { until: restsUntil.toISOString() },
          liftsAt: restsUntil,
        },
      );
    return { ok: true, fact: capNotice(report) };
  },
  work: ({ report: { broadcast, counts } }) => {
    const open = OPEN_STATES.reduce((sum, state) => sum + counts[state], 0);
    if (broadcast.state === 'finished' || broadcast.state === 'cancelled')
      return closed('ended', [
        '已经结束，没有要发的了。',
        'It has ended: nothing is left to send.',
      ]);
    if (open === 0 && broadcast.expandedAt !== null)
      return closed('nothing_open', ['要发的都已发出。', 'All that was to be sent is out.']);
    return broadcast.expandedAt === null
      ? fine('还在读取接收人。', 'Recipients are still being read.', { open })
      : fine(`还有 ${countText(open)} 人要发。`, `${countText(open)} are still to be sent to.`, {
          open,
        });
  },
  worker: ({ missing }) =>
    missing.includes('worker')
      ? closed('no_worker', ['发送服务没有在运行。', 'No process with the role worker runs.'], {
          fix: {
            code: 'start_worker',
            params: {},
            zh: '启动带 worker 角色的进程（ROLES=worker）。',
            en: 'Start a process with the role worker (ROLES=worker).',
            call: null,
          },
        })
      : fine('发送服务在运行。', 'A worker runs.'),
};

function byHold(
  { report: { holds, broadcast } }: WhyFacts,
  is: (hold: ReportedHold) => boolean,
  zh: string,
  en: string,
  params: Notice['params'] = {},
): Judged {
  const hold = holds.find(is);
  return hold ? heldBy(hold, broadcast.id) : fine(zh, en, params);
}

/** Every gate, in order. */
export const gatesOf = (facts: WhyFacts): Gate[] =>
  GATES.map((gate) => ({ gate, ...JUDGES[gate](facts) }));

/** A person is needed for these, so they are said before what lifts by itself. */
const FIRST: readonly GateName[] = [
  'work',
  'due',
  'undo',
  'unpaused',
  'protection',
  'account_ok',
  'account_open',
];

/** Why it does not send, in one sentence: what comes first of what is closed; else how fast it goes. */
export function sentenceOf(gates: readonly Gate[]): Notice {
  const shut = gates.filter(({ ok }) => !ok);
  const first = FIRST.map((name) => shut.find(({ gate }) => gate === name)).find(
    (gate) => gate !== undefined,
  );
  const said = first ?? shut[0] ?? gates.find(({ gate }) => gate === 'rate');
  if (said === undefined) throw new Error('there are no gates');
  return said.fact;
}
