import { type Notice, type Warning, warningOf } from '../kernel/warning.js';
import type { Account } from './account.js';

const PLAIN: Notice = {
  code: 'callback_plain',
  params: {},
  zh: '明文模式的签名不涵盖推送内容：看到过一个签名的人，短时间内可以冒充微信发来少量推送（例如取消关注）。请在公众平台和这里都改用安全模式。',
  en: "In plain mode WeChat's signature covers nothing of what a push says: whoever sees one signature can for a short time send a few pushes as if from WeChat, an unsubscribe for instance. Use safe mode, in WeChat's console and here.",
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
