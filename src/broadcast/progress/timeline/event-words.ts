import type { BroadcastEventKind } from '../../engine/record/broadcast-events.js';
import type { HoldCode } from '../../engine/record/hold-codes.js';
import type { HoldReason } from '../../engine/record/states.js';
import type { Notice } from '../../../kernel/warning.js';
import { countText } from '../../../kernel/count-text.js';
import { DEFAULT_ZONE, localTime, zoneNamed } from '../../../kernel/time-zone.js';
import { membersInWords } from './member-words.js';
import { explainHold } from '../hold-explanations.js';

type Data = Readonly<Record<string, unknown>>;
type Words = Omit<Notice, 'code'>;

const say = (zh: string, en: string, params: Notice['params'] = {}): Words => ({ params, zh, en });
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : '');

const REASONS: Readonly<Record<HoldReason, readonly [zh: string, en: string]>> = {
  operator: ['手动暂停', 'paused by hand'],
  problem: ['出现问题', 'a problem'],
  canary: ['先发一小批', 'the first ones'],
  stale: ['错过开始时间', 'its time was missed'],
  restored: ['数据库被还原', 'the database was restored'],
  quota: ['今日额度', "the day's quota"],
  hours: ['发送时段', 'send hours'],
  account: ['公众号停用', 'its account'],
};
const reasonsOf = (value: unknown, language: 0 | 1): string =>
  (Array.isArray(value) ? (value as unknown[]) : [])
    .map((reason) => REASONS[reason as HoldReason]?.[language] ?? textOf(reason))
    .join(language === 0 ? '、' : ', ');

/** A moment where whoever named it counts hours; a text that is none stays what it is. */
function timeIn(at: unknown, zone: unknown, language: 0 | 1): string {
  const moment = new Date(textOf(at));
  if (Number.isNaN(moment.getTime())) return textOf(at);
  const local = localTime(moment, zoneNamed(textOf(zone)) ?? DEFAULT_ZONE);
  return local.replace(` (${DEFAULT_ZONE})`, language === 0 ? '（北京时间）' : ' (Beijing time)');
}

/** What happened, in both languages. A new kind of event does not compile without its words. */
const WORDS: Readonly<Record<BroadcastEventKind, (data: Data) => Words>> = {
  created: () => say('已新建。', 'Created.'),
  scheduled: ({ startAt, startZone, undoUntil }) => {
    const params = { startAt: textOf(startAt) };
    if (undoUntil !== undefined && undoUntil === startAt)
      return say(
        '已点开始，正在倒数，开始前可以撤销。',
        'About to start: until then it can be undone.',
        params,
      );
    return say(
      `已定时：${timeIn(startAt, startZone, 0)}。`,
      `Scheduled for ${timeIn(startAt, startZone, 1)}.`,
      params,
    );
  },
  unscheduled: () => say('已取消定时，回到草稿。', 'Unscheduled: a draft again.'),
  undone: () =>
    say('已撤销，一条也没有发出，回到草稿。', 'Undone: nothing went out, it is a draft again.'),
  changed: ({ changed }) => {
    const { zh, en } = membersInWords(Array.isArray(changed) ? changed : []);
    return say(`已修改：${zh}。`, `Changed: ${en}.`, { members: listOf(changed) });
  },
  started: () => say('开始发送。', 'Started.'),
  expanded: () => say('接收人已全部读完。', 'All recipients have been read.'),
  held: ({ reason, code, errcode, until, params }) => {
    const { zh, en } = explainHold(reason as HoldReason, (code ?? null) as HoldCode | null);
    return say(zh, en, {
      ...(params as Notice['params'] | undefined),
      reason: textOf(reason),
      ...(typeof code === 'string' && { code }),
      ...(typeof errcode === 'number' && { errcode }),
      ...(typeof until === 'string' && { until }),
    });
  },
  lifted: ({ reasons }) =>
    say(
      `继续发送，已解除：${reasonsOf(reasons, 0)}。`,
      `It goes on: ${reasonsOf(reasons, 1)} is over.`,
      { reasons: listOf(reasons) },
    ),
  under_review: ({ percent }) => {
    const share = numberOf(percent);
    return say(
      `微信正在审核其中 ${share} % 的消息。`,
      `WeChat reviews ${share} % of its messages.`,
      {
        percent: share,
      },
    );
  },
  finished: ({ total }) => {
    const all = numberOf(total);
    const told = countText(all);
    return say(`已发完，共 ${told} 人。`, `All sent: ${told} recipients.`, { total: all });
  },
  cancelled: () => say('已终止，其余的不再发送。', 'Cancelled: nobody else is sent to.'),
  archived: () => say('已归档，列表里不再显示。', 'Archived: lists leave it out.'),
  unarchived: () => say('已取消归档，回到列表。', 'Taken out of the archive: lists show it again.'),
};

/** An event of a later version, which this process does not know, is called by its kind. */
export function eventWords(kind: string, data: Data): Notice {
  const words = (WORDS as Readonly<Partial<Record<string, (data: Data) => Words>>>)[kind];
  return { code: kind, ...(words?.(data) ?? say(kind, kind)) };
}
