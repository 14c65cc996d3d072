import { DomainError } from '../kernel/domain-error.js';
import { explain, type WechatCall } from '../wechat/explanations.js';
import { remedyFor } from '../wechat/remedies.js';
import { WechatRefusal, WechatUnreachable } from '../wechat/wechat.errors.js';
import { AccountFaulted, TokenUnavailable } from './token.errors.js';

/** What is told to somebody who asked for a call that WeChat did not answer; undefined when WeChat has no part in it. */
export function refusedCall(call: WechatCall, error: unknown): DomainError | undefined {
  if (error instanceof WechatRefusal) {
    const { errcode, errmsg, rid } = error;
    const { zh, en } = explain(call, errcode);
    const remedy = remedyFor(errcode);
    const passing = remedy === 'retry' || remedy === 'slow-down';
    return new DomainError(
      passing ? 'unavailable' : 'unprocessable',
      passing ? 'wechat_busy' : 'wechat_refused',
      `WeChat answered ${errcode}. ${zh} ${en}`,
      { details: { errcode, errmsg, rid }, cause: error },
    );
  }
  if (error instanceof AccountFaulted) {
    return new DomainError('conflict', 'account_faulted', error.message, { cause: error });
  }
  if (error instanceof WechatUnreachable || error instanceof TokenUnavailable) {
    return new DomainError(
      'unavailable',
      'wechat_unreachable',
      `WeChat could not be reached, and nothing was changed: try again. 暂时无法连接微信，请稍后重试。 (${error.message})`,
      { cause: error },
    );
  }
  return undefined;
}
