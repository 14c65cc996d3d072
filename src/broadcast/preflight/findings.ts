import type { Account } from '../../accounts/account.js';
import { countText } from '../../kernel/count-text.js';
import type { Notice } from '../../kernel/warning.js';
import { START_GRACE_MS } from '../engine/lifecycle/schedule.js';
import type { SendHours } from '../engine/record/engine.tables.js';
import type { DraftFault } from '../compose/found-faults.js';
import type { Forecast } from './forecast.js';
import type { PreflightRecord } from './preflights.repository.js';

/** Something that is in the way, or that somebody should know, and what mends it. */
export interface Finding extends Notice {
  /** Both languages in one, for scripts. */
  readonly message: string;
  readonly fix: Notice;
}

/** All that is known when somebody looks at a preflight. */
export interface Facts {
  readonly preflight: PreflightRecord;
  readonly account: Account;
  readonly now: Date;
  /** What a send would refuse now. */
  readonly faults: readonly DraftFault[];
  /** When WeChat's template became another, as far as we know; null where it never did. */
  readonly templateChangedAt: Date | null;
  /** When somebody has written the draft last; null of a body. */
  readonly writtenAt: Date | null;
  /** Whether message, template, audience or policy are others than those that were looked at. */
  readonly stale: boolean;
  /** Whether a test showed this very message; null where nobody can say. */
  readonly tested: boolean | null;
  readonly sameMessage: boolean;
  readonly forecast: Forecast;
}

type Words = readonly [zh: string, en: string];

const finding = (
  code: string,
  [zh, en]: Words,
  [fixZh, fixEn]: Words,
  params: Notice['params'] = {},
): Finding => ({
  code,
  params,
  zh,
  en,
  message: `${zh} ${en}`,
  fix: { code: `${code}.fix`, params: {}, zh: fixZh, en: fixEn },
});

const DAY_MS = 86_400_000;
/** Of everybody in a list, so many percent who do not follow are many. */
const MANY_PERCENT = 5;
const NIGHT = { from: 22, to: 8 };

/** What is in the way of a start. */
export function blockersOf(facts: Facts): Finding[] {
  const { preflight, account, now, faults } = facts;
  const { startAt, hasCanary } = preflight.settings;
  return [
    ...faults.map(asFinding),
    ...(isTemplateNewer(facts) ? [TEMPLATE_CHANGED] : []),
    ...(preflight.state === 'done' && preflight.recipients === 0 ? [nobody(preflight)] : []),
    ...(account.fault === null
      ? []
      : [
          finding(
            'account_fault',
            [account.fault.zh, account.fault.en],
            [
              '请先处理公众号的故障，再检查一次。',
              'Mend the fault of the account, then look again.',
            ],
            account.fault.params,
          ),
        ]),
    ...(account.heldAt === null
      ? []
      : [
          finding(
            'account_held',
            ['公众号已停用，什么都不会发出。', 'The account is held: nothing goes out.'],
            ['请先恢复公众号（POST …/lift）。', 'Lift the hold of the account (POST …/lift).'],
          ),
        ]),
    ...(startAt !== null && now.getTime() - Date.parse(startAt) > START_GRACE_MS
      ? [
          finding(
            'start_passed',
            ['定时的开始时间已经过去。', 'The time at which it should start has passed.'],
            ['请改填开始时间。', 'Give another startAt.'],
            { startAt },
          ),
        ]
      : []),
    ...(hasCanary ? callbackNeverSeen(account) : []),
  ];
}

/** What does not keep it from starting. */
export function warningsOf(facts: Facts): Finding[] {
  const { preflight, account, forecast, now } = facts;
  const { settings, cap, recipients } = preflight;
  return [
    ...(settings.hasCanary ? [] : callbackNeverSeen(account)),
    ...(forecast.days.length > 1 || (recipients > 0 && forecast.days.length === 0)
      ? [moreDays(facts)]
      : []),
    ...(isLong(facts) ? [LONG_HOURS] : []),
    ...nightOf(forecast, settings.sendHours, now),
    ...(facts.sameMessage ? [SAME_MESSAGE] : []),
    ...(cap > 0 ? [capped(preflight)] : []),
    ...(facts.tested === false ? [NOT_TESTED] : []),
    ...manyUnsubscribed(preflight),
    ...insecure(preflight),
    ...(preflight.readTo !== null && now.getTime() - preflight.readTo.getTime() > DAY_MS
      ? [oldCounts(preflight.readTo)]
      : []),
  ];
}

const asFinding = ({ code, params, zh, en, path }: DraftFault): Finding => ({
  code,
  params: { ...params, path },
  zh,
  en,
  message: `${zh} ${en}`,
  fix: {
    code: 'change.fix',
    params: { path },
    zh: `请修改 ${path}，再检查一次。`,
    en: `Change ${path}, then check again.`,
  },
});

/** It was written for a template that is another one by now. */
const isTemplateNewer = ({ templateChangedAt: changed, writtenAt, preflight }: Facts): boolean =>
  changed !== null && changed > (writtenAt ?? preflight.askedAt);

const TEMPLATE_CHANGED = finding(
  'template_changed',
  ['写好之后，微信上的模板改过。', 'The template at WeChat has changed since this was written.'],
  ['请看一遍内容，保存，再检查一次。', 'Look at the message, save it, then check again.'],
);

function nobody({ suppressed, unsubscribed, cap, excluded, invalid }: PreflightRecord): Finding {
  const params = { suppressed, unsubscribed, cap, excluded, invalid };
  return finding(
    'no_recipients',
    ['一个人也不会收到。', 'Nobody would get it.'],
    [
      '请看各步减去了多少人，再改受众、排除或频次限制。',
      'See who was left out at which step, then change the audience, its exclusions or the contact cap.',
    ],
    params,
  );
}

const callbackNeverSeen = ({ callbackSeenAt, apiBase }: Account): Finding[] =>
  callbackSeenAt !== null || apiBase !== null
    ? []
    : [
        finding(
          'callback_never_seen',
          [
            '微信从未推送到本服务，收不到送达回执。',
            'WeChat has never pushed to this service: no receipts will come.',
          ],
          [
            '请在公众平台填写服务器地址，见公众号的检查步骤。',
            "Set the server's address in WeChat's console, as the check of the account shows.",
          ],
        ),
      ];

function moreDays({ forecast }: Facts): Finding {
  const days = forecast.days.length;
  return finding(
    'quota_more_days',
    days === 0
      ? ['今日和今后的额度都不够发。', 'The quota leaves nothing for it.']
      : [`额度不够一天发完，要分 ${days} 天。`, `The quota makes it go over ${days} days.`],
    [
      '如要一天发完，请缩小受众，或向微信申请提高额度。',
      'For one day, make the audience smaller, or ask WeChat for a larger quota.',
    ],
    { days },
  );
}

const isLong = ({ forecast: { startsAt, endsAt, days }, preflight }: Facts): boolean =>
  preflight.settings.sendHours !== null &&
  days.length > 0 &&
  (endsAt === null || endsAt.getTime() - startsAt.getTime() > DAY_MS);

const LONG_HOURS = finding(
  'send_hours_long',
  ['在发送时段内发不完，要超过 24 小时。', 'Within its send hours it takes more than 24 hours.'],
  ['请放宽发送时段或提高速率。', 'Widen the send hours, or raise the rate.'],
);

/** By the clock in Shanghai, where WeChat's users mostly are. */
function nightOf(
  { startsAt, endsAt, days }: Forecast,
  hours: SendHours | null,
  now: Date,
): Finding[] {
  const isByDay =
    hours !== null && hours.from >= '08:00' && hours.to <= '22:00' && hours.from < hours.to;
  if (days.length === 0 || isByDay) return [];
  const from = Math.max(startsAt.getTime(), now.getTime());
  const to = endsAt?.getTime() ?? from;
  for (let at = from; at <= to; at += HOUR_MS) if (isNight(at)) return [AT_NIGHT];
  return isNight(to) ? [AT_NIGHT] : [];
}

const HOUR_MS = 3_600_000;
const isNight = (at: number): boolean => {
  const hour = new Date(at + 8 * HOUR_MS).getUTCHours();
  return hour >= NIGHT.from || hour < NIGHT.to;
};

const AT_NIGHT = finding(
  'night',
  [
    '按计划会在 22:00 至 08:00 之间发送，打扰休息。',
    'By its plan it sends between 22:00 and 08:00, when people sleep.',
  ],
  ['请设发送时段或改开始时间。', 'Set send hours, or another time to start.'],
);

const SAME_MESSAGE = finding(
  'same_message',
  [
    '另一个任务正在发同样的内容：一分钟内发给同一个人，微信会拒收（40241）。',
    'Another broadcast is sending the same message: within a minute WeChat refuses it for the same person (40241).',
  ],
  ['请错开时间，或改内容。', 'Send it later, or change the message.'],
);

const capped = ({ cap, contactCap }: PreflightRecord): Finding => {
  const { n = 0, days = 0 } = contactCap ?? {};
  return finding(
    'contact_cap',
    [
      `${countText(cap)} 人在 ${days} 天内已收到 ${n} 条，不再发给他们。`,
      `${countText(cap)} people have had ${n} messages in ${days} days, and are left out.`,
    ],
    [
      '如必须发到，请填 contactCap: { ignore: true, reason }。',
      'Where it must reach them, give contactCap: { ignore: true, reason }.',
    ],
    { cap, n, days },
  );
};

const NOT_TESTED = finding(
  'not_tested',
  ['这份内容没有发过测试。', 'This very message was never tested.'],
  ['请先发给测试接收人看一眼。', 'Send it to testers first, and look at it.'],
);

function manyUnsubscribed({ audience, unsubscribed, recipients }: PreflightRecord): Finding[] {
  const percent = Math.round((100 * unsubscribed) / Math.max(1, unsubscribed + recipients));
  if ((audience.kind as string) === 'all' || percent < MANY_PERCENT) return [];
  return [
    finding(
      'many_unsubscribed',
      [
        `名单中 ${percent}% 的人已取消关注。`,
        `${percent} percent of the list do not follow the account any more.`,
      ],
      [
        '请核对名单是否属于这个公众号、是否过旧。',
        'See whether the list belongs to this account, and how old it is.',
      ],
      { percent, unsubscribed },
    ),
  ];
}

const insecure = ({ message: { url } }: PreflightRecord): Finding[] =>
  url === undefined || url.startsWith('https://')
    ? []
    : [
        finding(
          'url_not_https',
          ['跳转网址不是 https。', 'The url that a tap opens is not https.'],
          [
            '请改用 https 网址，有些手机会拦截 http。',
            'Use an https address: some phones block http.',
          ],
        ),
      ];

const oldCounts = (readTo: Date): Finding =>
  finding(
    'counts_old',
    ['这些人数是一天以前的。', 'These counts are older than a day.'],
    ['请重新检查。', 'Check again.'],
    { readTo: readTo.toISOString() },
  );
