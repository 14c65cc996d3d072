import type { HoldCode } from '../engine/record/hold-codes.js';
import type { HoldReason } from '../engine/record/states.js';
import type { Notice } from '../../kernel/warning.js';

/** Why a broadcast does not send and what to do about it, for the operator. */
type HoldExplanation = Pick<Notice, 'zh' | 'en'>;

const BY_CODE: Readonly<Record<HoldCode, HoldExplanation>> = {
  wechat_refused: {
    zh: '微信拒绝了发送，继续发也会被拒绝。按错误码的说明处理后，点「继续发送」。',
    en: 'WeChat refused a message and would refuse the others too. Mend what the errcode says, then resume.',
  },
  our_bug: {
    zh: '微信无法解析我们的请求，这是本系统的缺陷。请把 rid 发给开发者，修复后再继续。',
    en: 'WeChat could not read our request: a fault of this software. Give the rid to its developers, and resume once it is mended.',
  },
  template_gone: {
    zh: '公众号的模板列表里已没有这个模板。请换一个模板新建发送任务，或恢复模板并同步后再继续。',
    en: "The template is no longer in the account's list. Create a broadcast with another one, or bring it back, sync the templates, and resume.",
  },
  unknown_code: {
    zh: '微信连续返回同一个未知的错误码。请查看错误码和 rid，确认原因后再继续。',
    en: 'WeChat answers with the same errcode again and again, and we do not know it. Look it up with its rid before you resume.',
  },
  users_limited: {
    zh: '很多接收人被微信限制接收。请检查内容和发送频率，确认后再继续。',
    en: 'WeChat limits what many recipients may get. Look at the content and at how often they are sent to before you resume.',
  },
  template_disputed: {
    zh: '微信对模板是否存在的回答不一致。请在公众平台核对模板，确认后再继续。',
    en: "WeChat's answers about the template contradict its own list. Look at the template in WeChat's console before you resume.",
  },
  token_storm: {
    zh: '短时间内凭据（access_token）反复失效，可能有别的系统在用同一公众号刷新凭据。排除后再继续。',
    en: 'Access tokens turn invalid again and again: another system probably fetches them for the same account. Stop it, then resume.',
  },
  wrong_account: {
    zh: '太多 openid 不属于这个公众号（40003）。很可能选错了名单或公众号，请检查后再继续，或终止。',
    en: 'Too many openids are not of this account (40003): the list or the account is probably the wrong one. Check it, then resume or cancel.',
  },
  refusals: {
    zh: '开头一批中被微信拒绝的比例过高。请查看错误码分布，确认后再继续。',
    en: 'WeChat refused too many of the first messages. Look at the errors before you resume.',
  },
  blocks: {
    zh: '开头一批中拒收的比例过高，继续发可能招致投诉和处罚。请检查内容和人群后再继续，或终止。',
    en: 'Too many of the first recipients block these messages; going on may bring complaints and penalties. Check content and audience, then resume or cancel.',
  },
  audience_gone: {
    zh: '受众的一个来源已不在（名单被删除、标签被删除或明细过了保留期），剩下的人读不出来。请终止，换受众后发给剩余的人。',
    en: 'A source of the audience is gone: a list or a tag was deleted, or deliveries are older than they are kept. The rest cannot be read: cancel, and send to those who remain with another audience.',
  },
  canary_waiting: {
    zh: '第一批已发出，正在等待回执。结果良好会自动继续，也可以手动继续。',
    en: 'The first ones are sent and their receipts are awaited. It goes on by itself if they are good; resume goes on now.',
  },
  canary_failed: {
    zh: '第一批的结果不好，其余的没有发。请查看明细，确认后再继续，或终止。',
    en: 'The first ones did not go well, and the others were not sent. Look at the deliveries, then resume or cancel.',
  },
  database_replaced: {
    zh: '数据库被还原或更换，之后发出的消息可能没有记录。继续可能重复发送，请先核对。',
    en: 'The database was restored or replaced: messages may have gone out that it does not know of. Resuming may send them twice; check first.',
  },
};

const BY_REASON: Readonly<Record<HoldReason, HoldExplanation>> = {
  operator: { zh: '已手动暂停。点「继续发送」恢复。', en: 'Paused by hand. Resume lets it go on.' },
  problem: {
    zh: '出现需要人处理的问题。按错误码的说明处理后，点「继续发送」。',
    en: 'Something needs a person. Mend what the errcode says, then resume.',
  },
  canary: {
    zh: '第一批已发出，其余的等待确认。点「继续发送」发送其余的。',
    en: 'The first ones are sent, the others wait. Resume sends them.',
  },
  stale: {
    zh: '错过了计划的开始时间，内容可能已过时，所以没有发。确认仍要发送，点「继续发送」；否则终止。',
    en: 'It missed the time at which it should have started, and what it says may be out of date. Resume if it shall still go out, else cancel.',
  },
  restored: BY_CODE.database_replaced,
  quota: {
    zh: '今天的发送额度已用完，额度恢复后自动继续。',
    en: "The day's calls are used up. It goes on by itself once there are new ones.",
  },
  hours: {
    zh: '现在不在发送时段内，到时间会自动继续。',
    en: 'It is outside its send hours, and goes on by itself when they begin.',
  },
  account: {
    zh: '公众号已停用或有故障，恢复后自动继续。',
    en: 'Its account is held or has a fault. It goes on by itself once that is over.',
  },
};

/** A code says more than the reason. A code that this version does not know is explained by its reason. */
export const explainHold = (
  reason: HoldReason,
  code: HoldCode | null,
  params: Notice['params'] = {},
): Notice => ({
  code: code ?? reason,
  params,
  ...((code !== null && BY_CODE[code]) || BY_REASON[reason]),
});
