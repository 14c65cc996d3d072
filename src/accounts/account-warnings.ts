import { type Notice, type Warning, warningOf } from '../kernel/warning.js';
import type { Account } from './account.js';

const PLAIN: Notice = {
  code: 'callback_plain',
  params: {},
  zh: '这个公众号用明文模式接收推送：看到过一条推送的人，短时间内可以冒充微信发来假的推送（例如“某人取消关注了”），数字可能因此不准。请管理员在公众平台和公众号设置里都改用安全模式。',
  en: 'This account takes pushes in plain mode: whoever has seen one can for a short time send false ones as if from WeChat, "somebody unsubscribed" for instance, and figures may be wrong by them. Ask an admin to use safe mode, in WeChat\'s console and in the settings of the account here.',
};

/**
 * Warnings about settings that work and are risky. `path` is the member of the answer that leads to the account's
 * callback mode.
 */
export const accountWarnings = (
  { callbackMode, testAccount }: Pick<Account, 'callbackMode' | 'testAccount'>,
  path = 'callbackMode',
): Warning[] =>
  // A test account has no other mode.
  callbackMode === 'plain' && !testAccount ? [warningOf(path, PLAIN)] : [];
