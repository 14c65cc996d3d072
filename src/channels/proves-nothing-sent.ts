import { AccountFaulted, TokenUnavailable } from '../token/token.errors.js';
import { isProofOfNotSent } from '../wechat/remedies.js';
import { StaleWrite, WechatRefusal, WechatUnreachable } from '../wechat/wechat.errors.js';

/** Whether what a call threw proves that this very call sent nothing. */
export const provesNothingSent = (error: unknown): boolean =>
  error instanceof StaleWrite ||
  error instanceof AccountFaulted ||
  error instanceof TokenUnavailable ||
  (error instanceof WechatUnreachable && error.sent === 'no') ||
  (error instanceof WechatRefusal && isProofOfNotSent(error.errcode));
