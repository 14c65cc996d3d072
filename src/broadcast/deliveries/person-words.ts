import type { Notice } from '../../kernel/warning.js';
import type { HistoryRow } from './openid-history.js';

type Words = Pick<Notice, 'zh' | 'en'>;

/** As people say it, in China's time: 11月28日 19:02. */
function spoken(at: Date): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(
    'Asia/Shanghai',
  );
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${local.month}月${local.day}日 ${time}`;
}

/**
 * What may be said of one delivery to whom it was sent, by what is known and no more: a sentence to read to the
 * customer. Only here people are called 您.
 */
export function sentenceOf(row: HistoryRow, accountName: string): Notice {
  const at = row.receipt_at ?? row.settled_at;
  const { state, detail } = row;
  const code = state === 'skipped' && detail !== null ? `skipped_${detail}` : state;
  const params = { account: accountName, ...(at !== null && { at: at.toISOString() }) };
  return { code, params, ...wordsOf(row, at, accountName) };
}

function wordsOf(row: HistoryRow, at: Date | null, accountName: string): Words {
  const when = at === null ? '' : spoken(at);
  switch (row.state) {
    case 'delivered':
      return {
        zh: `您好，微信显示这条消息${when && ` ${when} `}已送达。您可以在微信里搜索“${accountName}”，进入会话查看。`,
        en: `WeChat reports that this message was delivered${at === null ? '' : ` at ${at.toISOString()}`}. Search for ${accountName} in WeChat and open it.`,
      };
    case 'accepted':
      return {
        zh: '您好，微信已经受理，还没有送达回执，我稍后再为您查。',
        en: 'WeChat has accepted it, and no receipt has come yet: I will look again later.',
      };
    case 'reviewing':
      return {
        zh: '您好，微信正在审核这条消息，一般约 30 分钟有结果，通过后由微信发出。',
        en: 'WeChat reviews this message, usually for about 30 minutes, and sends it itself if it passes.',
      };
    case 'unknown':
      return {
        zh: '您好，目前确认不了您是否收到，我直接把内容告诉您。',
        en: 'I cannot tell whether you have received it, so let me tell you what it says.',
      };
    case 'blocked':
      return {
        zh: '您好，您可能关闭了这个服务号的消息，可以在服务号主页的设置里打开。',
        en: "You may have switched off this account's messages: its page in WeChat has a setting for that.",
      };
    case 'failed':
    case 'refused':
      return {
        zh: '您好，微信没有把这条消息发给您，我直接把内容告诉您。',
        en: 'WeChat did not deliver this message to you, so let me tell you what it says.',
      };
    case 'skipped':
      return {
        zh: `您好，这次发送不包含您，原因是${SKIPPED[row.detail ?? ''] ?? '不在发送范围内'}。`,
        en: `This was not sent to you: ${SKIPPED_EN[row.detail ?? ''] ?? 'you were not among its recipients'}.`,
      };
    default:
      return {
        zh: '您好，这条消息还没有发出，我稍后再为您查。',
        en: 'This message has not been sent yet: I will look again later.',
      };
  }
}

const SKIPPED: Readonly<Partial<Record<string, string>>> = {
  unsubscribed: '您当时没有关注这个服务号',
  suppressed: '您在屏蔽名单里',
  contact_cap: '您最近收到的消息已经够多',
  blocked: '您关闭了这个服务号的消息',
  cancelled: '发送被终止了',
  no_form_id: '您没有可用的授权',
};

const SKIPPED_EN: Readonly<Partial<Record<string, string>>> = {
  unsubscribed: 'you did not follow the account then',
  suppressed: 'you are on the list of those who get nothing',
  contact_cap: 'you had got enough messages lately',
  blocked: "you have switched off the account's messages",
  cancelled: 'the broadcast was stopped',
  no_form_id: 'there was no grant of yours to use',
};
