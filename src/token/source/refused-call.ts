import { both } from '../../kernel/bilingual.js';
import { DomainError } from '../../kernel/domain-error.js';
import { explain, type WechatCall } from '../../wechat/explanations.js';
import { remedyFor } from '../../wechat/remedies.js';
import { WechatRefusal, WechatUnreachable } from '../../wechat/wechat.errors.js';
import { AccountFaulted, TokenUnavailable } from '../store/token.errors.js';

/** The error for the caller of our API whose call WeChat did not carry out; undefined for errors of our own. */
export function refusedCall(call: WechatCall, error: unknown): DomainError | undefined {
  if (error instanceof WechatRefusal) {
    const { errcode, errmsg, rid } = error;
    const { zh, en } = explain(call, errcode);
    const remedy = remedyFor(errcode);
    const passing = remedy === 'retry' || remedy === 'slow-down';
    return new DomainError(
      passing ? 'unavailable' : 'unprocessable',
      passing ? 'wechat_busy' : 'wechat_refused',
      both(`微信返回 ${errcode}。${zh}`, `WeChat answered ${errcode}. ${en}`, { errcode }),
      { details: { errcode, errmsg, rid }, cause: error },
    );
  }
  if (error instanceof AccountFaulted) {
    const { code, params, zh, en } = error.fault;
    const words = both(zh, en, { ...params, fault: code });
    return new DomainError('conflict', 'account_faulted', words, { cause: error });
  }
  if (error instanceof WechatUnreachable || error instanceof TokenUnavailable) {
    return new DomainError(
      'unavailable',
      'wechat_unreachable',
      both(
        '暂时无法连接微信，未做任何改动，请稍后重试。',
        `WeChat could not be reached, and nothing was changed: try again. (${error.message})`,
        { told: error.message },
      ),
      { cause: error },
    );
  }
  return undefined;
}
