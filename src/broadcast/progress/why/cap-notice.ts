import { countText } from '../../../kernel/count-text.js';
import type { Notice } from '../../../kernel/warning.js';
import type { BroadcastReport } from '../broadcast-reports.js';
import type { LimitedBy } from '../progress.js';

const CAPS: Readonly<Record<LimitedBy, readonly [zh: string, en: string]>> = {
  holds: ['它在等人处理', 'it waits for a person'],
  quota: ['今日额度已用完', "the day's quota is used up"],
  hours: ['不在发送时段', 'it is outside its send hours'],
  account: ['公众号已停用或有故障', 'its account is held or has a fault'],
  wechat: ['微信要求休息', 'WeChat wants a rest'],
  single_file: ['微信多次返回 -1，暂时一条一条发', 'most answers are -1, so one goes at a time'],
  wechat_busy: ['微信系统繁忙，已自动降速', 'WeChat is busy, so it goes slower'],
  wechat_frequent: [
    '微信认为太频繁，已自动降速',
    'WeChat finds it too frequent, so it goes slower',
  ],
  wechat_slow: [
    '微信响应变慢，已自动降速，好转后自动提速',
    'WeChat answers slowly, so it goes slower, and faster again by itself',
  ],
  wechat_limited: ['微信限制了频率，已自动降速', 'WeChat limits the rate, so it goes slower'],
  slow_start: ['正在逐步提速', 'the rate is still increasing'],
  expansion: ['还在读取接收人', 'recipients are still being read'],
  rate: ['达到公众号的速率上限', "the account's cap"],
  own_rate: ['达到这个任务自己的速率上限', 'its own cap'],
  window: ['发送服务忙，或微信响应慢', 'sends take long, or workers are busy elsewhere'],
};

/** How fast it may go, and what keeps it from going faster. */
export function capNotice({ allowedPerSecond, ratePerSecond, limitedBy }: BroadcastReport): Notice {
  const params = { allowedPerSecond, ratePerSecond };
  const most = countText(allowedPerSecond);
  if (limitedBy === null)
    return {
      code: 'unlimited',
      params,
      zh: `最多每秒 ${most} 条。`,
      en: `At most ${most} a second.`,
    };
  const [zh, en] = CAPS[limitedBy];
  return {
    code: limitedBy,
    params,
    zh: `每秒 ${countText(ratePerSecond)} 条，最多 ${most} 条：${zh}。`,
    en: `${countText(ratePerSecond)} a second, at most ${most}: ${en}.`,
  };
}
